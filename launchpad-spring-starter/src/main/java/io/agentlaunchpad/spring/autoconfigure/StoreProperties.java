package io.agentlaunchpad.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where records are kept.
 *
 * @param kind files below launchpad.home, or memory that is gone with the process
 */
@ConfigurationProperties("launchpad.store")
public record StoreProperties(@DefaultValue("files") Kind kind) {

    /** The stores that need nothing outside this machine. */
    public enum Kind {
        /** Below launchpad.home; shared by the processes of this machine. */
        FILES,
        /** For tests and trials. */
        MEMORY
    }
}
