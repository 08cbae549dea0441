package io.agentlaunchpad.build.internal.registry;

/**
 * Who asks a registry. Never printed.
 *
 * @param user the name, or {@code <token>} where the password is an identity token of Docker's
 * @param password the password or token
 */
public record Login(String user, String password) {

    /** Docker's mark for "the password is an OAuth refresh token". */
    static final String TOKEN = "<token>";

    boolean isToken() {
        return user.equals(TOKEN);
    }

    @Override
    public String toString() {
        return "Login[" + user + ", password masked]";
    }
}
