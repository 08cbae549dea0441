package io.agentlaunchpad.k8s.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a quota that refuses a pod would have room once the pod that it replaces is gone. */
final class QuotaRoom {

    private static final Pattern PARTS =
            Pattern.compile("requested: (?<asked>[^ ]+), used: (?<used>[^ ]+), limited: (?<limit>[^ ;]+)");

    private QuotaRoom() {}

    /**
     * Reads the quota's own sentence.
     *
     * @param old the spec of the pod that goes
     */
    static boolean fitsWithout(String refusal, JsonNode old) {
        Matcher matcher = PARTS.matcher(refusal);
        boolean any = false;
        while (matcher.find()) {
            any = true;
            Map<String, BigDecimal> asked = amounts(matcher.group("asked"));
            Map<String, BigDecimal> used = amounts(matcher.group("used"));
            Map<String, BigDecimal> limit = amounts(matcher.group("limit"));
            for (Map.Entry<String, BigDecimal> each : asked.entrySet()) {
                BigDecimal after = used.getOrDefault(each.getKey(), BigDecimal.ZERO)
                        .add(each.getValue())
                        .subtract(share(each.getKey(), old));
                if (after.compareTo(limit.getOrDefault(each.getKey(), BigDecimal.ZERO)) > 0) {
                    return false;
                }
            }
        }
        return any;
    }

    private static BigDecimal share(String resource, JsonNode pod) {
        if (resource.equals("pods") || resource.equals("count/pods")) {
            return BigDecimal.ONE;
        }
        String side = resource.startsWith("limits.") ? "limits" : "requests";
        String name = resource.substring(resource.lastIndexOf('.') + 1);
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode container : pod.path("containers")) {
            sum = sum.add(Amounts.of(container.path("resources").path(side).path(name)));
        }
        return sum;
    }

    private static Map<String, BigDecimal> amounts(String list) {
        Map<String, BigDecimal> all = new HashMap<>();
        for (String each : list.split(",", -1)) {
            int at = each.lastIndexOf('=');
            if (at > 0) {
                all.put(each.substring(0, at), Amounts.of(each.substring(at + 1)));
            }
        }
        return all;
    }
}
