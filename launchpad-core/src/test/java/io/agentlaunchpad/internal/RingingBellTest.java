package io.agentlaunchpad.internal;

import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.DoorbellContract;

/** The bell of one process keeps the laws. */
class RingingBellTest extends DoorbellContract {

    private final RingingBell bell = new RingingBell();

    @Override
    protected Doorbell open() {
        return bell;
    }
}
