package io.agentlaunchpad.samples.springserver;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/**
 * The whole server: the starter brings the rest. {@code java -jar launchpad-server.jar image HOST/REPOSITORY:TAG} does not
 * serve, but pushes the jar as an image; see {@link ServerImage}.
 *
 * <p>The database is left to {@link DatabaseByProperty}: a driver on the class path alone would ask for an address.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = DataSourceAutoConfiguration.class)
public class Server {

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("image")) {
            System.exit(ServerImage.run(List.of(args).subList(1, args.length)));
        }
        SpringApplication.run(Server.class, args);
    }
}
