package io.agentlaunchpad.internal;

import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a reply as it grows. ElizaOS 1.7 streams what the model writes between {@code <text>} and {@code </text>}, cut
 * anywhere, within characters and entities too; its reply is that without the blanks around it and with five entities undone. What is
 * told here begins the reply in the same way: what could still become something else is held back.
 */
final class Pieces {

    private static final Pattern ENTITY = Pattern.compile("&(lt|gt|amp|quot|apos);");
    private static final Pattern BEGUN = Pattern.compile("&(l|lt|g|gt|a|am|amp|q|qu|quo|quot|ap|apo|apos)?\\z");

    private final Consumer<String> ear;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder told = new StringBuilder();

    Pieces(Consumer<String> ear) {
        this.ear = ear;
    }

    void add(String chunk) {
        held.append(chunk);
        int certain = certain();
        String text = ENTITY.matcher(held.substring(0, certain)).replaceAll(Pieces::character);
        held.delete(0, certain);
        tell(told.isEmpty() ? begun(text) : text);
    }

    /**
     * The reply is known: what was not told of it follows. Where it does not begin with what was told, nothing does, since
     * that cannot be taken back.
     */
    void end(String reply) {
        String whole = begun(reply);
        if (whole.startsWith(told.toString())) {
            tell(whole.substring(told.length()));
        }
    }

    private void tell(String text) {
        if (!text.isEmpty()) {
            told.append(text);
            ear.accept(text);
        }
    }

    /** How much of what is held stays as it is, whatever follows. */
    private int certain() {
        Matcher begun = BEGUN.matcher(held);
        int end = begun.find() ? begun.start() : held.length();
        if (end > 0 && Character.isHighSurrogate(held.charAt(end - 1))) {
            end--;
        }
        while (end > 0 && blank(held.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static String begun(String text) {
        int from = 0;
        while (from < text.length() && blank(text.charAt(from))) {
            from++;
        }
        return text.substring(from);
    }

    /** What ECMAScript trims. */
    private static boolean blank(char each) {
        return Character.isWhitespace(each) || Character.isSpaceChar(each) || each == '\ufeff';
    }

    private static String character(MatchResult entity) {
        return switch (entity.group(1)) {
            case "lt" -> "<";
            case "gt" -> ">";
            case "amp" -> "&";
            case "quot" -> "\"";
            default -> "'";
        };
    }
}
