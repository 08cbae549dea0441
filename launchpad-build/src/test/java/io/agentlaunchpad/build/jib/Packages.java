package io.agentlaunchpad.build.jib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;

/** Small {@code node_modules} directories. */
final class Packages {

    private Packages() {}

    /** One package with a program, a link to a file, a link to a folder and a {@code .bin}. */
    static Path small(Path root) throws IOException {
        Path modules = Files.createDirectories(root.resolve("node_modules"));
        Path one = Files.createDirectories(modules.resolve("minimist"));
        Files.writeString(
                one.resolve("package.json"), "{\"name\":\"minimist\",\"version\":\"1.2.8\",\"license\":\"MIT\"}\n");
        Files.writeString(one.resolve("index.js"), "module.exports = 1\n");
        Path program = Files.writeString(one.resolve("cli"), "#!/usr/bin/env node\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(one.resolve("main.js"), Path.of("index.js"));
        Path shared = Files.createDirectories(modules.resolve("shared"));
        Files.writeString(shared.resolve("package.json"), "{\"name\":\"shared\",\"version\":\"1.0.0\"}\n");
        Files.createSymbolicLink(modules.resolve("linked"), Path.of("shared"));
        Path bin = Files.createDirectories(modules.resolve(".bin"));
        Files.createSymbolicLink(bin.resolve("cli"), Path.of("../minimist/cli"));
        return modules;
    }

    /** Bytes that do not compress. */
    static Path large(Path root, int megabytes) throws IOException {
        Path modules = small(root);
        Random random = new Random(7);
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < megabytes; i++) {
            random.nextBytes(block);
            Files.write(modules.resolve("shared").resolve("blob" + i), block);
        }
        return modules;
    }
}
