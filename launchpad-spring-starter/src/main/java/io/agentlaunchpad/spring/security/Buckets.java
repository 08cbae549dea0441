package io.agentlaunchpad.spring.security;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;

/** Where the token buckets of {@link RateLimits} are kept: in this process, or where others see them too. Safe for concurrent use. */
public interface Buckets {

    /**
     * The bucket of that name, full where it is new.
     *
     * <p>Law: the limits of a name never change; other limits are another name.
     */
    Bucket bucket(String name, BucketConfiguration limits);
}
