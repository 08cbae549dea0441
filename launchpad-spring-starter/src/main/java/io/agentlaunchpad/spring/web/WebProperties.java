package io.agentlaunchpad.spring.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The REST API.
 *
 * @param enabled whether there is one
 * @param basePath where it begins
 * @param maxBody greatest size of a request's body
 * @param chatWithin how long an agent may take to reply
 * @param scanWithin how long scanning an agent's artifact, or reading its bill of materials, may take
 * @param streams event streams
 */
@ConfigurationProperties("launchpad.web")
public record WebProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue(WebProperties.BASE_PATH) String basePath,
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("90s") Duration chatWithin,
        @DefaultValue("5m") Duration scanWithin,
        @DefaultValue Streams streams) {

    /** Where the API begins unless {@code launchpad.web.base-path} says otherwise. */
    public static final String BASE_PATH = "/launchpad/api";

    /**
     * Event streams.
     *
     * @param max open ones, of all callers
     * @param perCaller open ones of one caller
     * @param heartbeat how often a silent stream shows that it lives
     * @param maxAge after which a stream ends, so that the client comes again with its key
     */
    public record Streams(
            @DefaultValue("500") int max,
            @DefaultValue("20") int perCaller,
            @DefaultValue("15s") Duration heartbeat,
            @DefaultValue("10m") Duration maxAge) {}
}
