package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.error.ScanException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spring.security.Refusal;
import io.agentlaunchpad.spring.web.Answers.ProblemDetail;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Turns whatever is thrown under our base path into a problem of RFC 9457: our code, our fix, the request's id, never a
 * stack trace. Everything else in the application is left alone.
 */
final class Problems implements HandlerExceptionResolver, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception thrown) {
        if (request.getAttribute(ApiFilter.REQUEST_ID) == null) {
            return null;
        }
        if (!(thrown instanceof AsyncRequestNotUsableException)) {
            write(request, response, thrown);
        }
        return new ModelAndView();
    }

    /** Answers with the problem, unless the answer has begun already. */
    static void write(HttpServletRequest request, HttpServletResponse response, Exception thrown) {
        if (response.isCommitted()) {
            return;
        }
        String id = String.valueOf(request.getAttribute(ApiFilter.REQUEST_ID));
        ProblemDetail problem = problem(thrown, id);
        response.resetBuffer();
        headers(response, thrown, problem.status());
        byte[] body = Wire.bytes(problem);
        response.setStatus(problem.status());
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
            response.flushBuffer();
        } catch (IOException e) {
            LOG.debug("The client of request {} is gone", id);
        }
    }

    /** What is said of it to the client. What is our fault goes to the log too. */
    static ProblemDetail problem(Exception thrown, String requestId) {
        int status = status(thrown);
        Failure failure = failure(thrown, status);
        if (status >= 500) {
            LOG.warn("Request {} ended with {} {}", requestId, status, failure.code(), thrown);
        }
        HttpStatus known = HttpStatus.resolve(status);
        return new ProblemDetail(
                "about:blank",
                known == null ? "Error" : known.getReasonPhrase(),
                status,
                failure.message(),
                failure.code(),
                failure.fix(),
                failure.retryable(),
                requestId,
                problems(thrown));
    }

    private static void headers(HttpServletResponse response, Exception thrown, int status) {
        if (thrown instanceof ErrorResponse spring) {
            List<String> allow = spring.getHeaders().getOrEmpty("Allow");
            allow.forEach(methods -> response.setHeader("Allow", methods));
        }
        if (status == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        Duration wait = thrown instanceof Refusal refusal ? refusal.retryAfter() : null;
        if (wait != null) {
            response.setHeader(
                    "Retry-After",
                    Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
        }
    }

    private static int status(Exception thrown) {
        if (thrown instanceof Refusal refusal) {
            return refusal.status();
        }
        if (thrown instanceof LaunchpadException ours) {
            return status(ours);
        }
        if (thrown instanceof ErrorResponse spring) {
            return spring.getStatusCode().value();
        }
        return thrown instanceof MethodArgumentTypeMismatchException
                        || thrown instanceof HttpMessageNotReadableException
                ? 400
                : 500;
    }

    private static int status(LaunchpadException thrown) {
        if (thrown instanceof InvalidAgentException || thrown instanceof WiringException) {
            return 400;
        }
        if (thrown instanceof NotFoundException) {
            return 404;
        }
        if (thrown instanceof ConflictException || thrown instanceof CancelledException) {
            return 409;
        }
        if (thrown instanceof PreflightException || thrown instanceof ScanException) {
            return 422;
        }
        if (thrown instanceof DeployException || thrown instanceof BuildException) {
            return 502;
        }
        if (thrown instanceof UnreachableException || thrown instanceof StoreException) {
            return 503;
        }
        return thrown instanceof DeadlineException ? 504 : 500;
    }

    private static Failure failure(Exception thrown, int status) {
        if (thrown instanceof Refusal refusal) {
            return refusal.failure();
        }
        if (thrown instanceof InvalidAgentException invalid) {
            return new Failure(
                    AgentBodies.code(invalid),
                    "The agent configuration has " + invalid.problems().size() + " problem(s).",
                    invalid.fix(),
                    false);
        }
        if (thrown instanceof LaunchpadException ours && status != 500) {
            return ours.failure();
        }
        if (thrown instanceof MethodArgumentTypeMismatchException mismatch) {
            return new Failure(
                    "INVALID_PARAMETER",
                    "The parameter " + mismatch.getName() + " is not of its kind.",
                    "see docs/openapi.json for its type.",
                    false);
        }
        if (thrown instanceof HttpMessageNotReadableException) {
            return new Failure(
                    "MALFORMED_BODY", "The request has no body that can be read.", "see docs/openapi.json.", false);
        }
        HttpStatus known = HttpStatus.resolve(status);
        if (thrown instanceof ErrorResponse && known != null && known.is4xxClientError()) {
            String what = switch (known) {
                case NOT_FOUND -> "There is nothing at this address.";
                case METHOD_NOT_ALLOWED -> "This address does not take that method.";
                case NOT_ACCEPTABLE ->
                    "This address answers "
                            + (thrown instanceof HttpMediaTypeNotAcceptableException other
                                    ? other.getSupportedMediaTypes()
                                    : "otherwise")
                            + ".";
                default -> "The request is not of the form that this address takes.";
            };
            return new Failure(known.name().toUpperCase(Locale.ROOT), what, "see docs/openapi.json.", false);
        }
        return new Failure(
                "UNEXPECTED",
                "Something went wrong here that should not.",
                "tell the operator the request id; the log has the rest.",
                false);
    }

    private static @Nullable List<Problem> problems(Exception thrown) {
        return thrown instanceof InvalidAgentException invalid ? invalid.problems() : null;
    }
}
