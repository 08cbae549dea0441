package io.agentlaunchpad.k8s.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.error.LaunchpadException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server refused, in Launchpad's words. */
public final class Refusals {

    private static final Pattern MANAGER = Pattern.compile("conflict with \"([^\"]*)\"");

    private Refusals() {}

    /** Whether fields of somebody else are in the way of a server-side apply. */
    public static boolean isOwnership(Answer answer) {
        if (answer.status() != 409) {
            return false;
        }
        for (JsonNode cause : answer.json().path("details").path("causes")) {
            if (cause.path("reason").asText().equals("FieldManagerConflict")) {
                return true;
            }
        }
        return false;
    }

    /** The exception for a refusal of one object. */
    public static LaunchpadException of(Answer answer, String object) {
        if (isOwnership(answer)) {
            List<String> owners = new ArrayList<>();
            for (JsonNode cause : answer.json().path("details").path("causes")) {
                Matcher manager = MANAGER.matcher(cause.path("message").asText());
                owners.add(cause.path("field").asText() + " belongs to "
                        + (manager.find() ? manager.group(1) : "another manager"));
            }
            return new ConflictException(
                    "FIELD_CONFLICT",
                    "Fields of " + object + " are managed by somebody else: " + String.join("; ", owners) + ".",
                    "have that manager give them up, or take them over on purpose (KubernetesPlatform.takingOver()).",
                    null);
        }
        String message = answer.message();
        return switch (answer.status()) {
            case 401 ->
                new DeployException(
                        "UNAUTHENTICATED",
                        "The API server does not know who asks: " + message + ".",
                        "renew the credentials of the context, then try again.",
                        null);
            case 403 ->
                message.contains("exceeded quota")
                        ? new DeployException(
                                "QUOTA_EXCEEDED",
                                object + " was refused: " + message + ".",
                                "raise the namespace's ResourceQuota, or ask for less.",
                                null)
                        : new DeployException(
                                "FORBIDDEN",
                                object + " was refused: " + message + ".",
                                "have the missing right granted (docs/rbac.yaml lists all), or change what the policy refuses.",
                                null);
            case 404 ->
                new DeployException(
                        "KIND_OR_NAMESPACE_MISSING",
                        object + " was refused: " + message + ".",
                        "create the namespace (or call createNamespace()), or install what defines the kind.",
                        null);
            case 409 ->
                new ConflictException(
                        "CONFLICT",
                        object + " changed while it was written: " + message + ".",
                        "try again; if it goes on, look who else writes it.",
                        null);
            default ->
                new DeployException(
                        "REFUSED",
                        object + " was refused (" + answer.status() + "): " + message + ".",
                        "correct what the server names.",
                        null);
        };
    }
}
