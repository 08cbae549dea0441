package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Refusal;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Gives controllers their caller. Where the filter was passed by, there is none, and the request is refused here: no
 * trick with an address gets further. An optional caller is a parameter marked as nullable by {@link OrNobody}.
 */
final class CallerArgument implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Object caller = request.getAttribute(ApiFilter.CALLER, RequestAttributes.SCOPE_REQUEST);
        if (caller == null && !parameter.hasParameterAnnotation(OrNobody.class)) {
            throw Refusal.unauthenticated();
        }
        return caller;
    }

    /** The address answers without a key too. */
    @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
    @java.lang.annotation.Target(java.lang.annotation.ElementType.PARAMETER)
    @interface OrNobody {}
}
