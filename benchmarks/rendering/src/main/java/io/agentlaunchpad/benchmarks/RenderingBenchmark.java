package io.agentlaunchpad.benchmarks;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.character.CharacterFile;
import io.agentlaunchpad.project.AgentProject;
import io.agentlaunchpad.project.Bounds;
import io.agentlaunchpad.project.Lock;
import io.agentlaunchpad.project.LockResolver;
import io.agentlaunchpad.project.Npm;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Agents per second from configuration text to a specification, to its character, to all files of its project. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RenderingBenchmark {

    private static final String CONFIGURATION = """
            {"agentName": "ada-lovelace", "description": "Explains mathematics",
             "personality": {"system": "You are Ada, a patient tutor.", "bio": ["Writes notes on engines"],
               "adjectives": ["precise"], "topics": ["mathematics"],
               "messageExamples": [[{"name": "{{user1}}", "content": {"text": "What is a loop?"}},
                                    {"name": "Ada", "content": {"text": "A path that returns."}}]],
               "style": {"all": ["be brief"]}},
             "selectedPlugins": ["@elizaos/plugin-openai"],
             "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_SMALL_MODEL": "gpt-4o-mini"}},
             "secrets": {"OPENAI_API_KEY": "a value that goes nowhere"}}
            """;

    private AgentSpec spec;
    private Lock lock;

    @Setup
    public void prepare() {
        spec = AgentPayload.parse(CONFIGURATION).spec();
        lock = new LockResolver(Npm.onPath()).resolve(spec.effectivePlugins(), Bounds.within(Duration.ofMinutes(1)));
    }

    @Benchmark
    public Object configuration() {
        return AgentPayload.parse(CONFIGURATION);
    }

    @Benchmark
    public Object character() {
        return CharacterFile.of(spec).json();
    }

    @Benchmark
    public Object lock() {
        return new LockResolver(Npm.onPath()).resolve(spec.effectivePlugins(), Bounds.within(Duration.ofMinutes(1)));
    }

    @Benchmark
    public Object project() {
        return AgentProject.of(spec, lock).digest();
    }
}
