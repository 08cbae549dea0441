package io.agentlaunchpad.k8s.preflight;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.spi.WorkContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks the API server which rights this account has: one SelfSubjectAccessReview for each verb, all at once. */
final class Rights {

    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    private record Question(Right right, String verb) {}

    private Rights() {}

    /** Every missing right is reported together: one refusal, and a warning for each that only costs a convenience. */
    static void check(Api api, String namespace, List<Right> rights, Findings findings, WorkContext context) {
        List<Question> questions = new ArrayList<>();
        rights.forEach(right -> right.verbs().forEach(verb -> questions.add(new Question(right, verb))));
        List<Call> calls =
                questions.stream().map(each -> review(namespace, each)).toList();
        List<Answer> answers = api.all(calls, () -> {}, context);
        Map<Right, List<String>> missing = new LinkedHashMap<>();
        boolean unasked = false;
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (!answer.ok()) {
                unasked = true;
            } else if (!answer.json().at("/status/allowed").asBoolean()) {
                Question question = questions.get(i);
                missing.computeIfAbsent(question.right(), none -> new ArrayList<>())
                        .add(question.verb());
            }
        }
        if (unasked) {
            findings.warn("Rights were not checked beforehand: this account may not ask which it has.");
        }
        report(api, namespace, missing, findings, context);
    }

    private static void report(
            Api api, String namespace, Map<Right, List<String>> missing, Findings findings, WorkContext context) {
        List<String> needed = new ArrayList<>();
        missing.forEach((right, verbs) -> {
            String words = String.join(", ", verbs) + " " + right.name();
            if (right.without() == null) {
                needed.add(words);
            } else {
                findings.warn("This account may not " + words + " in the namespace " + namespace + ": "
                        + right.without() + ".");
            }
        });
        if (!needed.isEmpty()) {
            findings.refuse(
                    "RIGHTS_MISSING",
                    who(api, context) + " may not, in the namespace " + namespace + ": "
                            + needed.stream().collect(Collectors.joining("; ")) + ".",
                    "have the Role of docs/rbac.yaml bound to it in that namespace.");
        }
    }

    private static String who(Api api, WorkContext context) {
        Answer answer = api.ask(
                post(WHO, "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}"), context);
        String name = answer.json().at("/status/userInfo/username").asText();
        return name.isEmpty() ? "This account" : "The account " + name;
    }

    private static Call review(String namespace, Question question) {
        String[] resource = question.right().resource().split("/", 2);
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        attributes
                .put("namespace", namespace)
                .put("group", question.right().group())
                .put("resource", resource[0])
                .put("verb", question.verb());
        if (resource.length == 2) {
            attributes.put("subresource", resource[1]);
        }
        if (resource[0].equals("namespaces")) {
            attributes.put("name", namespace);
        }
        return post(REVIEWS, review.toString());
    }

    /** Whether namespaces may be made. */
    static boolean mayMakeNamespaces(Api api, WorkContext context) {
        Answer answer = api.ask(
                post(
                        REVIEWS,
                        "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\",\"spec\":"
                                + "{\"resourceAttributes\":{\"resource\":\"namespaces\",\"verb\":\"create\"}}}"),
                context);
        return answer.json().at("/status/allowed").asBoolean();
    }

    private static Call post(String path, String json) {
        return Call.create(path, json);
    }
}
