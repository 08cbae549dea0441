package io.agentlaunchpad.spring.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a value must be beyond its type. {@code docs/openapi.json} says it to clients; of bodies {@link Forms} checks it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@interface Form {

    /** Whether it must be there. */
    boolean required() default false;

    /** The least number, or length of a text. */
    int least() default 0;

    /** The greatest number, or length of a text. */
    int most() default Integer.MAX_VALUE;

    /** A regular expression that all of it matches; anything where empty. */
    String pattern() default "";

    /** Whether it is a date-time of RFC 3339. */
    boolean time() default false;

    /** All that it can be; anything where empty. */
    String[] oneOf() default {};
}
