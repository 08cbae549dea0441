package io.agentlaunchpad.error;

/**
 * One thing wrong with an input.
 *
 * @param path where it stands, as a JSON path such as {@code $.personality.bio[2]}
 * @param problem what is wrong, with the value (masked where it could be a secret)
 * @param fix what to write instead
 */
public record Problem(String path, String problem, String fix) {

    @Override
    public String toString() {
        return path + ": " + problem + " Fix: " + fix;
    }
}
