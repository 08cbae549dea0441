/** A stand-in model for trials. It is not a language model: it repeats the user's words. Never a default outside the samples. */
@NullMarked
package io.agentlaunchpad.samples.echomodel;

import org.jspecify.annotations.NullMarked;
