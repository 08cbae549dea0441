package io.agentlaunchpad.local;

import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;

/** The store in memory keeps the laws. It has one handle: another one would be another store. */
class InMemoryStoreTest extends StoreContract {

    private final Store only = Stores.inMemory();

    @Override
    protected Store open() {
        return only;
    }
}
