package io.agentlaunchpad.notify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.util.Map;

/**
 * Posts notices to a Slack channel by an incoming webhook. The webhook's address is a secret: it appears in no message.
 *
 * <p>Format: Slack's incoming-webhook JSON with one section block and one context block. A text that is a user's never
 * becomes a mention: {@code &}, {@code <} and {@code >} are escaped as Slack asks.
 */
public final class SlackNotifier implements Notifier {

    private static final int LONGEST_TEXT = 2_900; // Slack refuses sections over 3,000 characters

    private final URI webhook;

    private SlackNotifier(URI webhook) {
        this.webhook = webhook;
    }

    /**
     * A notifier for one channel.
     *
     * @param webhook the address that Slack gave for it
     * @throws io.agentlaunchpad.error.WiringException when it is no https address
     */
    public static SlackNotifier to(URI webhook) {
        Posting.checkAddress(webhook, "Slack webhook");
        return new SlackNotifier(webhook);
    }

    @Override
    public String name() {
        return "slack";
    }

    @Override
    public void deliver(Notice notice, WorkContext context) {
        Posting.post("Slack", webhook, body(notice), Map.of(), context);
    }

    static String body(Notice notice) {
        String mark = switch (notice.severity()) {
            case INFO -> ":white_check_mark:";
            case WARNING -> ":warning:";
            case ERROR -> ":x:";
        };
        String text = escape(notice.text());
        String shown = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("text", mark + " " + escape(notice.title()));
        var blocks = message.putArray("blocks");
        ObjectNode section = blocks.addObject();
        section.put("type", "section");
        section.putObject("text")
                .put("type", "mrkdwn")
                .put("text", mark + " *" + escape(notice.title()) + "*" + (shown.isEmpty() ? "" : "\n" + shown));
        ObjectNode foot = blocks.addObject();
        foot.put("type", "context");
        foot.putArray("elements")
                .addObject()
                .put("type", "mrkdwn")
                .put("text", escape(notice.agentId() + " · " + notice.at() + " · " + notice.id()));
        return message.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return name();
    }
}
