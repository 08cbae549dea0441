package io.agentlaunchpad.samples.embedded;

import org.jspecify.annotations.Nullable;

/**
 * A pupil.
 *
 * @param id given by the database
 * @param name unique
 * @param credit what may still be spent, in whole euros
 * @param tutor the agent's id, or null while there is none
 * @param tutorNews how the last operation on the tutor ended, or null
 */
record Pupil(
        long id,
        String name,
        int credit,
        @Nullable String tutor,
        @Nullable String tutorNews) {}
