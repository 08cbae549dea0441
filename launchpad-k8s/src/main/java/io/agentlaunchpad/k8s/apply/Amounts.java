package io.agentlaunchpad.k8s.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/** Kubernetes amounts as numbers. */
final class Amounts {

    private Amounts() {}

    /** Zero where there is none. */
    static BigDecimal of(JsonNode text) {
        return text.isMissingNode() || text.isNull() ? BigDecimal.ZERO : of(text.asText());
    }

    static BigDecimal of(String text) {
        return text.isBlank() ? BigDecimal.ZERO : new Quantity(text).getNumericalAmount();
    }
}
