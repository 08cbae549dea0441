package io.agentlaunchpad.project;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shapes that keys have. The prefixes are those that their issuers publish so that scanners can find them. */
final class SecretRules {

    /** Longest match of interest: windows overlap by this much. */
    static final int MAX_LENGTH = 4096;

    /**
     * One shape.
     *
     * @param name shown to people
     * @param anchors text that must occur for the pattern to be worth trying; empty: always
     * @param pattern group 1, where there is one, is the secret part
     * @param real tells a key from a placeholder
     */
    record Rule(String name, List<String> anchors, Pattern pattern, Predicate<String> real) {

        boolean worthTrying(String text) {
            if (anchors.isEmpty()) {
                return true;
            }
            for (String anchor : anchors) {
                if (text.contains(anchor)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final String START = "(?<![A-Za-z0-9_-])";
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)pass(word|wd)?|pwd|secret|user(name)?|admin|root|postgres|change.?me|test|null|undefined|\\.{3}|…"
                    + "|.*(\\$\\{|\\$\\(|\\{\\{|<[a-z _-]*>|\\*{3}|xxxx|your|%s|example|placeholder|redacted).*|\\$[A-Z_]+|\\{[a-zA-Z_.]+\\}");

    static final List<Rule> ALL = List.of(
            rule("Anthropic API key", "sk-ant-[A-Za-z0-9_-]{20,200}", "sk-ant-"),
            rule(
                    "OpenAI API key",
                    "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,300}",
                    "sk-proj-",
                    "sk-svcacct-",
                    "sk-admin-"),
            rule("OpenRouter API key", "sk-or-[A-Za-z0-9_-]{20,200}", "sk-or-"),
            rule("API key (sk-…)", "sk-[A-Za-z0-9]{20,200}(?![A-Za-z0-9_-]*[-_][a-z]+[-_])", "sk-"),
            rule("Stripe key", "[sr]k_live_[A-Za-z0-9]{16,200}", "k_live_"),
            rule("GitHub token", "gh[pousr]_[A-Za-z0-9]{30,255}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
            rule("GitHub token", "github_pat_[A-Za-z0-9_]{22,255}", "github_pat_"),
            rule("GitLab token", "glpat-[A-Za-z0-9_-]{20,200}", "glpat-"),
            rule("Slack token", "xox[abeoprs](?:\\.xox[bp])?-[A-Za-z0-9-]{10,250}", "xox"),
            rule("Slack app token", "xapp-[0-9]-[A-Za-z0-9-]{20,250}", "xapp-"),
            rule(
                    "Slack webhook",
                    "hooks\\.slack\\.com/services/(T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,})",
                    "hooks.slack.com"),
            rule(
                    "Discord webhook",
                    "discord(?:app)?\\.com/api/webhooks/([0-9]{15,}/[A-Za-z0-9_-]{50,})",
                    "/api/webhooks/"),
            new Rule(
                    "AWS access key",
                    List.of("AKIA", "ASIA"),
                    Pattern.compile(START + "(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Za-z0-9])"),
                    value -> varied(value) && !value.endsWith("EXAMPLE")),
            rule("Google API key", "AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])", "AIza"),
            rule("Groq API key", "gsk_[A-Za-z0-9]{20,200}", "gsk_"),
            rule("xAI API key", "xai-[A-Za-z0-9]{40,200}", "xai-"),
            rule("Perplexity API key", "pplx-[A-Za-z0-9]{30,200}", "pplx-"),
            rule("Hugging Face token", "hf_[A-Za-z0-9]{30,200}", "hf_"),
            rule("Replicate token", "r8_[A-Za-z0-9]{30,200}", "r8_"),
            rule("npm token", "npm_[A-Za-z0-9]{36,}", "npm_"),
            rule("npm login", "_(?:authToken|auth|password)\\s*=\\s*([A-Za-z0-9+/=_.-]{12,})", "_auth", "_password"),
            rule("SendGrid API key", "SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}", "SG."),
            rule("Telegram bot token", "[0-9]{8,10}:AA[A-Za-z0-9_-]{32,34}(?![A-Za-z0-9_-])", ":AA"),
            new Rule(
                    "Discord bot token",
                    List.of(),
                    // Looks behind second: this one has no anchor, so most characters must be refused at once.
                    Pattern.compile("[MNO](?<![A-Za-z0-9_-][MNO])[A-Za-z0-9_-]{22,28}\\.[A-Za-z0-9_-]{6}"
                            + "\\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])"),
                    SecretRules::varied),
            rule(
                    "JSON web token",
                    "eyJ[A-Za-z0-9_-]{10,2000}\\.eyJ[A-Za-z0-9_-]{10,2000}\\.[A-Za-z0-9_-]{16,90}",
                    "eyJ"),
            rule(
                    "private key",
                    "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\s|\\\\[rn])*+([A-Za-z0-9+/=\\s\\\\]{40,4000})",
                    "PRIVATE KEY"),
            new Rule(
                    "connection string with password",
                    List.of("://"),
                    Pattern.compile("\\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|rediss?|amqps?|https?)://"
                            + "[^\\s:@/\"'`<>]{0,64}:([^\\s@/\"'`<>]{3,200})@[A-Za-z0-9_\\[]"),
                    value -> !PLACEHOLDER.matcher(value).matches()),
            new Rule(
                    "secret setting",
                    List.of("KEY", "TOKEN", "SECRET", "PASSWORD"),
                    Pattern.compile("\\b[A-Z][A-Z0-9_]{0,60}(?:API_KEY|TOKEN|SECRET|SECRET_KEY|PASSWORD|PRIVATE_KEY)"
                            + "[\"']?\\s{0,4}[:=]\\s{0,4}[\"']?([A-Za-z0-9_+/=.-]{16,400})(?![A-Za-z0-9_+/=.-])"),
                    SecretRules::random));

    private SecretRules() {}

    /** The text with every key in it replaced. */
    static String mask(String text) {
        String masked = text;
        for (Rule rule : ALL) {
            if (rule.worthTrying(masked)) {
                masked = mask(masked, rule);
            }
        }
        return masked;
    }

    private static String mask(String text, Rule rule) {
        Matcher matcher = rule.pattern().matcher(text);
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            int group = matcher.groupCount() > 0 && matcher.group(1) != null ? 1 : 0;
            if (rule.real().test(matcher.group(group))) {
                out.append(text, from, matcher.start(group)).append("***");
                from = matcher.end(group);
            }
        }
        return from == 0 ? text : out.append(text, from, text.length()).toString();
    }

    private static Rule rule(String name, String regex, String... anchors) {
        return new Rule(name, List.of(anchors), Pattern.compile(START + regex), SecretRules::varied);
    }

    /** Not {@code xxxxxxxx} or {@code 00000000}: placeholders repeat themselves. */
    private static boolean varied(String value) {
        return value.chars().distinct().count() >= 8
                && !value.toLowerCase(Locale.ROOT).contains("xxxxxx");
    }

    /** Looks drawn, not written: letters and digits mixed, and hardly any repetition. */
    private static boolean random(String value) {
        if (PLACEHOLDER.matcher(value).matches()
                || value.chars().noneMatch(Character::isDigit)
                || value.chars().noneMatch(Character::isLetter)
                || value.contains("process.env")) {
            return false;
        }
        double bits = 0;
        for (int c : value.chars().distinct().toArray()) {
            double share = (double) value.chars().filter(x -> x == c).count() / value.length();
            bits -= share * Math.log(share) / Math.log(2);
        }
        return bits >= 3.2;
    }
}
