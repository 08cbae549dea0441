package io.agentlaunchpad;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port for a server that is told its port, and binds it some seconds later. */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int LAST = 29_999;

    private FreePort() {}

    /** One of this machine's loopback address, below those that systems hand out: no connection takes it meanwhile. */
    public static int any() throws IOException {
        IOException taken = new IOException("No port is free");
        for (int i = 0; i < 1_000; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                taken = e;
            }
        }
        throw taken;
    }
}
