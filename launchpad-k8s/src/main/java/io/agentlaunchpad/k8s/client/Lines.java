package io.agentlaunchpad.k8s.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Text that comes in pieces of bytes, cut anywhere, told line by line without the lines' ends. Not for several threads at once. */
public final class Lines {

    private final Consumer<String> ear;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();

    public Lines(Consumer<String> ear) {
        this.ear = ear;
    }

    public void take(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    tell();
                } else {
                    part.write(next);
                }
            }
        }
    }

    /** Bytes of a line whose end has not come yet. */
    int pending() {
        return part.size();
    }

    /** No more comes: a last line may have no end. */
    public void end() {
        if (part.size() > 0) {
            tell();
        }
    }

    private void tell() {
        String line = part.toString(StandardCharsets.UTF_8);
        part.reset();
        ear.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
}
