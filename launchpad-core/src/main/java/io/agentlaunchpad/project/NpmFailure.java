package io.agentlaunchpad.project;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.UnreachableException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads npm's last words and says what they mean and what to do. */
final class NpmFailure {

    private static final Set<String> NETWORK = Set.of(
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ECONNABORTED",
            "ETIMEDOUT",
            "ERR_SOCKET_TIMEOUT",
            "EHOSTUNREACH",
            "ENETUNREACH",
            "EPIPE",
            "ENETDOWN",
            "FETCH_ERROR",
            "E429",
            "E500",
            "E502",
            "E503",
            "E504");
    private static final Set<String> TLS = Set.of(
            "SELF_SIGNED_CERT_IN_CHAIN",
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            "UNABLE_TO_GET_ISSUER_CERT",
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "CERT_HAS_EXPIRED",
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "EPROTO");

    private NpmFailure() {}

    /** @param packages what was asked for, for the message */
    static LaunchpadException of(String doing, String packages, List<String> tail) {
        String code = code(tail);
        String words = quoted(tail);
        if (NETWORK.contains(code)) {
            return new UnreachableException(
                    "REGISTRY_UNREACHABLE",
                    "The package registry could not be reached while " + doing + " (" + code + ")" + words + ".",
                    "check the network, the proxy settings and `npm config get registry`; then try again.",
                    null);
        }
        if (TLS.contains(code)) {
            return new UnreachableException(
                    "REGISTRY_TLS",
                    "The package registry's certificate was not accepted while " + doing + " (" + code + ")" + words
                            + ".",
                    "name your certificate authority with `npm config set cafile FILE` or NODE_EXTRA_CA_CERTS.",
                    null);
        }
        return switch (code) {
            case "E401", "E403", "ENEEDAUTH" ->
                new PreflightException(
                        "REGISTRY_REFUSED",
                        "The package registry refused access while " + doing + " (" + code + ")" + words + ".",
                        "log in with `npm login`, or check the token in your .npmrc.",
                        null);
            case "E404" ->
                new BuildException(
                        "UNKNOWN_PACKAGE",
                        "The registry has no package " + packages + words + ".",
                        "check the name's spelling; for a private package set its registry in your .npmrc.",
                        null);
            case "ETARGET", "ENOVERSIONS" ->
                new BuildException(
                        "UNKNOWN_VERSION",
                        "The registry has no such version of " + packages + words + ".",
                        "choose a published version (`npm view NAME versions`), or leave the version out.",
                        null);
            case "ERESOLVE" ->
                new BuildException(
                        "DEPENDENCY_CONFLICT",
                        "The plugins ask for versions that exclude each other (" + packages + ")" + words + ".",
                        "choose a version of the plugin that fits this ElizaOS version, or leave the version out.",
                        null);
            case "EINTEGRITY" ->
                new BuildException(
                        "INTEGRITY",
                        "A downloaded package is not the one the lock names" + words + ".",
                        "run `npm cache verify`; if it stays, the registry serves altered packages: do not use it.",
                        null);
            case "ENOSPC", "EDQUOT" -> disk(doing, words);
            case "EACCES", "EPERM", "EROFS" ->
                new PreflightException(
                        "NOT_WRITABLE",
                        "npm may not write while " + doing + " (" + code + ")" + words + ".",
                        "make npm's cache (`npm config get cache`) and the launchpad cache writable for this user.",
                        null);
            case "EUNSUPPORTEDPROTOCOL", "EINVALIDPACKAGENAME", "EINVALIDTAGNAME" ->
                new BuildException(
                        "INVALID_PLUGIN",
                        "npm cannot read the plugin name " + packages + words + ".",
                        "write it as NAME or NAME@VERSION.",
                        null);
            default ->
                new BuildException(
                        "NPM_FAILED",
                        "npm failed while " + doing + (code.isEmpty() ? "" : " (" + code + ")") + words + ".",
                        "read npm's words above; `npm doctor` checks the installation.",
                        null);
        };
    }

    static BuildException disk(String doing, String words) {
        return new BuildException(
                "DISK_FULL",
                "The disk is full while " + doing + words + ".",
                "free space in the launchpad cache, in npm's cache and in the temporary directory.",
                null);
    }

    /** npm's own error code such as {@code E404}; empty if it gave none. */
    static String code(List<String> tail) {
        String found = null;
        for (String line : tail) {
            found = firstOf(found, after(line, "npm error code "), after(line, "npm ERR! code "));
        }
        if (found != null) {
            return found;
        }
        String all = String.join("\n", tail);
        return all.contains("ENOSPC") ? "ENOSPC" : "";
    }

    /** The last lines that say something, as a quotation to append to a sentence. */
    static String quoted(List<String> tail) {
        List<String> words = tail.stream()
                .map(line -> line.replaceFirst("^npm (error|ERR!) ?", ""))
                .filter(line -> !line.isBlank()
                        && !line.startsWith("npm warn")
                        && !line.startsWith("code ")
                        && !line.contains("A complete log of this run")
                        && !line.contains("-debug-0.log"))
                .limit(12)
                .collect(Collectors.toList());
        return words.isEmpty() ? "" : "; npm said: " + String.join(" | ", words);
    }

    private static @Nullable String after(String line, String prefix) {
        return line.startsWith(prefix) ? line.substring(prefix.length()).trim() : null;
    }

    private static @Nullable String firstOf(@Nullable String a, @Nullable String b, @Nullable String c) {
        return a != null ? a : b != null ? b : c;
    }
}
