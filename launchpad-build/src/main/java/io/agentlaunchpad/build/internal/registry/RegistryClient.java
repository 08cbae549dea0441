package io.agentlaunchpad.build.internal.registry;

import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * One registry, in the words of the OCI distribution specification 1.1. Checks what it gets against the digest that was
 * asked for. Safe for use by several threads; every call honours its context's cancel.
 */
public final class RegistryClient {

    private static final RequestBody NOTHING = RequestBody.create(new byte[0]);
    private static final MediaType BYTES = MediaType.get("application/octet-stream");
    private static final int LARGEST_MANIFEST = 4 << 20;

    private final Transport transport;

    /** Bytes that can be read again from the start. */
    public interface Content {
        InputStream open() throws IOException;
    }

    /** Something that takes a stream. */
    public interface Sink<T> {
        T take(InputStream content) throws IOException;
    }

    public RegistryClient(OkHttpClient http, String host, Logins logins, BooleanSupplier namedPlain) {
        this.transport = new Transport(http, host, logins, namedPlain);
    }

    public String host() {
        return transport.host();
    }

    /** Whether it is spoken to in the clear. May ask it. */
    public boolean isPlain(WorkContext context) {
        return transport.isPlain(context);
    }

    /** The login as it is now, if there is one, for programs that speak to the registry themselves. May run a helper. */
    public Optional<Login> login() {
        return transport.login();
    }

    /** The digest that a tag or digest has there now: one request. */
    public Optional<String> digestOf(String repository, String reference, WorkContext context) {
        String doing = "looking up " + name(repository, reference);
        var ask = ask("HEAD", manifests(repository, reference, context), pull(repository), doing, null);
        Optional<String> found = transport.send(ask, context, (status, response) -> {
            if (status == 200) {
                return Optional.of(String.valueOf(response.header("Docker-Content-Digest", "")));
            }
            if (status == 404) {
                return Optional.empty();
            }
            throw fault(status, response, doing);
        });
        if (found.isPresent() && !found.get().matches("sha256:[0-9a-f]{64}")) {
            return manifestIfAny(repository, reference, context).map(Manifest::digest);
        }
        return found;
    }

    /** The manifest of a tag or digest. */
    public Manifest manifest(String repository, String reference, WorkContext context) {
        return manifestIfAny(repository, reference, context)
                .orElseThrow(() -> new PreflightException(
                        "IMAGE_NOT_FOUND",
                        "Registry " + host() + " has no image " + name(repository, reference) + ".",
                        "check the name and tag, and that the login may read it.",
                        null));
    }

    public Optional<Manifest> manifestIfAny(String repository, String reference, WorkContext context) {
        String doing = "reading " + name(repository, reference);
        var ask = ask("GET", manifests(repository, reference, context), pull(repository), doing, null);
        Optional<Manifest> found = transport.send(ask, context, (status, response) -> {
            if (status == 200) {
                byte[] bytes = response.body().source().inputStream().readNBytes(LARGEST_MANIFEST);
                return Optional.of(Manifest.of(bytes, String.valueOf(response.header("Content-Type", ""))));
            }
            if (status == 404) {
                return Optional.empty();
            }
            throw fault(status, response, doing);
        });
        found.filter(manifest -> reference.startsWith("sha256:"))
                .filter(manifest -> !manifest.digest().equals(reference))
                .ifPresent(manifest -> {
                    throw Faults.wrongContent(host(), reference, manifest.digest());
                });
        return found;
    }

    /**
     * Puts a manifest under a tag or its digest.
     *
     * @return whether the registry said that it also keeps it among the referrers of its subject
     */
    public boolean put(String repository, String reference, byte[] manifest, String mediaType, WorkContext context) {
        String doing = "writing " + name(repository, reference);
        RequestBody body = RequestBody.create(manifest, MediaType.get(mediaType));
        var ask = ask("PUT", manifests(repository, reference, context), push(repository), doing, body);
        return transport.send(ask, context, (status, response) -> {
            if (status != 201 && status != 200 && status != 202) {
                throw fault(status, response, doing);
            }
            String kept = response.header("Docker-Content-Digest");
            if (kept != null && !kept.equals(Digests.of(manifest))) {
                throw Faults.wrongContent(host(), Digests.of(manifest), kept);
            }
            return response.header("OCI-Subject") != null;
        });
    }

    public boolean hasBlob(String repository, String digest, WorkContext context) {
        String doing = "looking for a layer in " + repository;
        var ask = ask("HEAD", blobs(repository, digest, context), pull(repository), doing, null);
        return transport.send(ask, context, (status, response) -> {
            if (status != 200 && status != 404) {
                throw fault(status, response, doing);
            }
            return status == 200;
        });
    }

    /** Takes a blob over from another repository of this registry without sending it; false where it will not. */
    public boolean mount(String repository, String digest, String from, WorkContext context) {
        String doing = "taking a layer of " + from + " over to " + repository;
        HttpUrl url = uploads(repository, context)
                .addQueryParameter("mount", digest)
                .addQueryParameter("from", from)
                .build();
        String scope = push(repository) + " " + pull(from);
        return transport.send(ask("POST", url, scope, doing, NOTHING), context, (status, response) -> {
            if (status == 201) {
                return true;
            }
            if (status == 202 || status == 404 || status == 403 || status == 401 || status == 405) {
                return false;
            }
            throw fault(status, response, doing);
        });
    }

    /** Sends a blob, whether or not it is there. */
    public void upload(String repository, String digest, byte[] content, WorkContext context) {
        upload(repository, digest, content.length, () -> new java.io.ByteArrayInputStream(content), n -> {}, context);
    }

    /**
     * Sends a blob.
     *
     * @param size in bytes
     * @param content opened anew for each attempt
     * @param sent hears how many bytes of this attempt went out
     */
    public void upload(
            String repository, String digest, long size, Content content, LongConsumer sent, WorkContext context) {
        String doing = "pushing a layer of " + size + " bytes to " + host() + "/" + repository;
        LaunchpadException last = null;
        for (int attempt = 0; attempt < 3; attempt++) {
            HttpUrl start = uploads(repository, context).build();
            HttpUrl place = transport.send(
                    ask("POST", start, push(repository), doing, NOTHING), context, (status, response) -> {
                        if (status != 202) {
                            throw fault(status, response, doing);
                        }
                        return transport.follow(start, response.header("Location"));
                    });
            HttpUrl finish =
                    place.newBuilder().addQueryParameter("digest", digest).build();
            var ask = ask("PUT", finish, push(repository), doing, new Streamed(size, content, sent));
            try {
                boolean done = transport.send(ask, context, (status, response) -> {
                    if (status == 201) {
                        return true;
                    }
                    if (status == 404 || status == 416) {
                        // The registry forgot the session, as after a failed attempt: begin again.
                        return false;
                    }
                    throw fault(status, response, doing);
                });
                if (done) {
                    return;
                }
            } catch (io.agentlaunchpad.error.BuildException | io.agentlaunchpad.error.UnreachableException e) {
                // Bytes that were spoilt on the way are refused by their digest; a clean attempt may pass.
                last = e;
            }
            context.check();
            if (hasBlob(repository, digest, context)) {
                return;
            }
        }
        throw last != null
                ? last
                : new io.agentlaunchpad.error.UnreachableException(
                        "REGISTRY_FAILED",
                        "Registry " + host() + " forgot an upload three times while " + doing + ".",
                        "look at the registry's log; several instances behind one name must share their storage.",
                        null);
    }

    /** Reads a blob as a stream and checks its digest once it was read to the end. */
    public <T> T blob(String repository, String digest, Sink<T> sink, WorkContext context) {
        String doing = "reading a layer of " + repository;
        var ask = ask("GET", blobs(repository, digest, context), pull(repository), doing, null);
        return transport.send(ask, context, (status, response) -> {
            if (status != 200) {
                throw fault(status, response, doing);
            }
            java.security.MessageDigest sum = Digests.sha256();
            try (InputStream in =
                    new java.security.DigestInputStream(response.body().byteStream(), sum)) {
                T result = sink.take(in);
                in.transferTo(OutputStream.nullOutputStream());
                String actual = Digests.written(sum.digest());
                if (!actual.equals(digest)) {
                    throw Faults.wrongContent(host(), digest, actual);
                }
                return result;
            }
        });
    }

    /** A small blob as a whole. */
    public byte[] blob(String repository, String digest, WorkContext context) {
        return blob(repository, digest, InputStream::readAllBytes, context);
    }

    /** The registry's own list of what refers to a manifest; empty where it knows no such list. */
    public Optional<Manifest> referrers(String repository, String digest, WorkContext context) {
        String doing = "listing what refers to " + name(repository, digest);
        HttpUrl url = transport
                .root(context)
                .newBuilder()
                .addPathSegments(repository + "/referrers/" + digest)
                .build();
        return transport.send(ask("GET", url, pull(repository), doing, null), context, (status, response) -> {
            if (status == 200) {
                Manifest list = Manifest.of(response.body().bytes(), MediaTypes.OCI_INDEX);
                return list.isIndex() ? Optional.of(list) : Optional.empty();
            }
            if (status == 404 || status == 405 || status == 400) {
                return Optional.empty();
            }
            throw fault(status, response, doing);
        });
    }

    /** The name of an image by digest here. */
    public ImageRef ref(String repository, String digest) {
        return new ImageRef(host(), repository, null, digest);
    }

    private LaunchpadException fault(int status, Response response, String doing) throws IOException {
        return transport.fault(status, response, doing);
    }

    private String name(String repository, String reference) {
        return host() + "/" + repository + (reference.contains(":") ? "@" : ":") + reference;
    }

    private HttpUrl manifests(String repository, String reference, WorkContext context) {
        return transport
                .root(context)
                .newBuilder()
                .addPathSegments(repository + "/manifests/" + reference)
                .build();
    }

    private HttpUrl blobs(String repository, String digest, WorkContext context) {
        return transport
                .root(context)
                .newBuilder()
                .addPathSegments(repository + "/blobs/" + digest)
                .build();
    }

    private HttpUrl.Builder uploads(String repository, WorkContext context) {
        return transport.root(context).newBuilder().addPathSegments(repository + "/blobs/uploads/");
    }

    private static Transport.Ask ask(
            String method, HttpUrl url, String scope, String doing, @Nullable RequestBody body) {
        return new Transport.Ask(method, url, scope, doing, body, MediaTypes.ACCEPTED);
    }

    private static String pull(String repository) {
        return "repository:" + repository + ":pull";
    }

    private static String push(String repository) {
        return "repository:" + repository + ":pull,push";
    }

    /** A body read from its content, told as it goes. */
    private static final class Streamed extends RequestBody {
        private final long size;
        private final Content content;
        private final LongConsumer sent;

        Streamed(long size, Content content, LongConsumer sent) {
            this.size = size;
            this.content = content;
            this.sent = sent;
        }

        @Override
        public MediaType contentType() {
            return BYTES;
        }

        @Override
        public long contentLength() {
            return size;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            byte[] buffer = new byte[64 * 1024];
            long total = 0;
            try (InputStream in = content.open()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sink.write(buffer, 0, n);
                    total += n;
                    sent.accept(total);
                }
            }
        }
    }
}
