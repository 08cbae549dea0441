package io.agentlaunchpad.local;

import io.agentlaunchpad.error.DeployException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a port of 127.0.0.1 that nobody listens on, from 20,000 to 29,999 while there is one: Linux gives ports from 32,768 on to
 * outgoing connections, macOS from 49,152 on, and one of those could take the port of an agent that is stopped for a moment.
 */
final class PortPicker {

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 29_999;
    private static final int TRIES = 100;

    private PortPicker() {}

    /**
     * A free port.
     *
     * @param wanted taken if it is free; 0 for any
     * @param reserved of other agents, which may be stopped right now
     */
    static int pick(int wanted, Set<Integer> reserved) {
        if (wanted > 0 && !reserved.contains(wanted) && open(wanted) == wanted) {
            return wanted;
        }
        for (int i = 0; i < 2 * TRIES; i++) {
            int port = i < TRIES ? ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1) : open(0);
            if (port > 0 && !reserved.contains(port) && open(port) == port) {
                return port;
            }
        }
        throw new DeployException(
                "NO_FREE_PORT",
                "No free port was found on 127.0.0.1.",
                "stop programs that hold ports; loopback connections must be allowed.",
                null);
    }

    /** The port that could be opened for a moment, or -1. */
    private static int open(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return socket.getLocalPort();
        } catch (IOException e) {
            return -1;
        }
    }
}
