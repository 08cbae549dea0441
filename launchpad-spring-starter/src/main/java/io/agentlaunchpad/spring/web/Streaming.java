package io.agentlaunchpad.spring.web;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Collections;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** An address that answers with JSON of that type or, to those who ask for it, with a stream: pieces, and then the same as an event. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Streaming {

    /** The answer. */
    Class<?> value();

    /** What events have in them that come before it. */
    Class<?> pieces();

    /** Reads what a client asks for. */
    final class Asked {

        private Asked() {}

        /** Whether it names event streams, and not JSON too. */
        static boolean by(HttpServletRequest request) {
            List<MediaType> types = MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
            return types.stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype)
                    && types.stream().noneMatch(MediaType.APPLICATION_JSON::equalsTypeAndSubtype);
        }
    }
}
