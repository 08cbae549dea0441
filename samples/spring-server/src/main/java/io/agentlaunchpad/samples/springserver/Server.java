package io.agentlaunchpad.samples.springserver;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The whole server: the starter brings the rest. */
@SpringBootApplication(proxyBeanMethods = false)
public class Server {

    public static void main(String[] args) {
        SpringApplication.run(Server.class, args);
    }
}
