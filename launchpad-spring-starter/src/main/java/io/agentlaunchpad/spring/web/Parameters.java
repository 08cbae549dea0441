package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spring.security.Refusal;

/** Checks what stands in addresses and headers. */
final class Parameters {

    private Parameters() {}

    static Refusal invalid(String name, String fix) {
        return new Refusal(400, "INVALID_PARAMETER", "The parameter " + name + " will not do.", fix);
    }

    static int within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(name, "use " + least + " to " + most + ".");
        }
        return value;
    }

    static Owner owner(String text) {
        boolean hidden = text.chars().anyMatch(Character::isISOControl);
        if (text.isBlank() || text.length() > 100 || hidden) {
            throw invalid("owner", "use 1 to 100 characters.");
        }
        return Owner.of(text);
    }
}
