/** What the tests of images share. */
package io.agentlaunchpad.build;
