package io.agentlaunchpad.project;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Installs in a process of its own: {@code InstallMain CACHE PLUGIN…}, or a few small packages where no plugin is named; prints
 * progress, then DONE and the directory.
 */
final class InstallMain {

    private InstallMain() {}

    public static void main(String[] args) {
        String[] plugins = java.util.Arrays.copyOfRange(args, 1, args.length);
        Bounds bounds = Bounds.within(Duration.ofMinutes(5)).telling(System.out::println);
        Lock lock = plugins.length == 0
                ? DependencyInstallerIT.tiny()
                : new LockResolver(Npm.onPath()).resolve(Samples.plugins(plugins), bounds);
        DependencyCache cache = new DependencyCache(Path.of(args[0]), DependencyCache.DEFAULT_MAX_BYTES);
        try (Dependencies done = new DependencyInstaller(Npm.onPath(), cache).install(lock, Target.host(), bounds)) {
            System.out.println("DONE " + done.nodeModules());
        }
    }

    static ProcessBuilder process(Path cache, String... plugins) {
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                InstallMain.class.getName(),
                cache.toString()));
        command.addAll(java.util.List.of(plugins));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }
}
