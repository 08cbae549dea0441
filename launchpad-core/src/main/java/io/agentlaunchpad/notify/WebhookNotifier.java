package io.agentlaunchpad.notify;

import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts notices as JSON to an address of yours, signed.
 *
 * <p>Headers: {@code Launchpad-Notice-Id}, the same for every delivery of the same news, so that a receiver can drop a
 * second one; {@code Launchpad-Timestamp}, seconds since 1970; {@code Launchpad-Signature}, {@code v1=} and the hex
 * HMAC-SHA256, with your secret, of timestamp, a full stop and the body as received. Compare it in constant time and
 * refuse old timestamps. Any 2xx answer counts as delivered; 408, 429, 5xx and a broken connection are tried again.
 */
public final class WebhookNotifier implements Notifier {

    private final URI address;
    private final String secret;

    private WebhookNotifier(URI address, String secret) {
        this.address = address;
        this.secret = secret;
    }

    /**
     * A notifier for one address.
     *
     * @param address https, or http on this machine
     * @param secret shared with the receiver; at least 16 characters
     * @throws io.agentlaunchpad.error.WiringException when one of them will not do
     */
    public static WebhookNotifier to(URI address, String secret) {
        Posting.checkAddress(address, "webhook");
        if (secret.length() < 16) {
            throw new io.agentlaunchpad.error.WiringException(
                    "The webhook's secret has " + secret.length() + " characters.", "use at least 16 random ones.");
        }
        return new WebhookNotifier(address, secret);
    }

    @Override
    public String name() {
        return "webhook-" + address.getHost();
    }

    @Override
    public void deliver(Notice notice, WorkContext context) {
        String body = Json.write(notice);
        String timestamp = String.valueOf(context.clock().instant().getEpochSecond());
        Posting.post(
                "webhook",
                address,
                body,
                Map.of(
                        "Launchpad-Notice-Id",
                        notice.id(),
                        "Launchpad-Timestamp",
                        timestamp,
                        "Launchpad-Signature",
                        "v1=" + hmac(timestamp + "." + body)),
                context);
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    /** Without the secret, and without the address's path, which may be one. */
    @Override
    public String toString() {
        return name();
    }
}
