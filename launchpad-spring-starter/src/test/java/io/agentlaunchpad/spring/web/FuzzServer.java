package io.agentlaunchpad.spring.web;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The API over agents in memory, for tools that try every address: {@code launchpad-spring-starter/fuzz}. Ends when it is killed. */
final class FuzzServer {

    private FuzzServer() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("launchpad-fuzz");
        try (TestServer server = TestServer.start(
                home,
                HostileInputTest.App.class,
                "launchpad.workers=2",
                "launchpad.web.streams.max-age=1s",
                "launchpad.web.streams.per-caller=500",
                "server.error.whitelabel.enabled=false")) {
            // The one that fuzz.toml names.
            server.call("POST", "/agents", TestServer.ADMIN, TestServer.ADA);
            System.out.println("LISTENING " + server.base());
            new CountDownLatch(1).await();
        }
    }
}
