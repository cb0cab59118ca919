package tandem.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.Array;
import tandem.Barrier;
import tandem.Call;
import tandem.Condition;
import tandem.Event;
import tandem.Everywhere;
import tandem.Held;
import tandem.Lock;
import tandem.Pipe;
import tandem.Pool;
import tandem.Queue;
import tandem.ReadWriteLock;
import tandem.Script;
import tandem.Semaphore;
import tandem.Side;
import tandem.Slice;
import tandem.Spawner;
import tandem.Tandem;
import tandem.Timeline;
import tandem.Value;
import tandem.Worker;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What `help` says about one thing, and whether it says all that the sources do.
@Tag("once")
class HelpTest {
    private static final List<Help.Entry> ENTRIES = Help.entries();

    static Stream<String> names() {
        return ENTRIES.stream().map(Help.Entry::name).distinct();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everythingIsToBeReadIn80Columns(String name) {
        String help = Help.about(name);

        assertThat(help.lines())
                .allMatch(line -> new AttributedString(line).columnLength() <= 80)
                .noneMatch(
                        line -> line.contains("```") || line.contains("[#") || line.contains("@"));
        if (!name.contains("Interrupted")
                && !name.contains("Deadlock")
                && !name.contains("Stats")) {
            assertThat(help.lines())
                    .as("an example")
                    .anyMatch(line -> line.matches(" {4}.*[;}]( +//.*)?"));
        }
    }

    @Test
    void everyPublicMethodHasAComment() {
        Set<String> known = Set.copyOf(names().toList());
        for (Class<?> type :
                List.of(
                        Array.class,
                        Barrier.class,
                        Call.class,
                        Condition.class,
                        Event.class,
                        Everywhere.class,
                        Held.class,
                        Lock.class,
                        Pipe.class,
                        Pool.class,
                        Queue.class,
                        ReadWriteLock.class,
                        Script.class,
                        Semaphore.class,
                        Side.class,
                        Slice.class,
                        Spawner.class,
                        Tandem.class,
                        Timeline.class,
                        Value.class,
                        View.class,
                        Worker.class)) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && !method.isSynthetic()
                        && !isOverridden(type, method)) {
                    assertThat(known).contains(type.getSimpleName() + "." + method.getName());
                }
            }
        }
    }

    /// What a superclass or an interface has a comment for, and what the compiler writes for a record.
    private static boolean isOverridden(Class<?> type, Method method) {
        if (type.isRecord()
                && method.getParameterCount() <= 1
                && !method.getName().equals("file")) {
            return true;
        }
        return Stream.concat(Stream.of(type.getSuperclass()), Stream.of(type.getInterfaces()))
                .flatMap(above -> Stream.of(above.getMethods()))
                .anyMatch(
                        other ->
                                other.getName().equals(method.getName())
                                        && other.getParameterCount() == method.getParameterCount());
    }

    @Test
    void aVerbIsFoundByItsNameAndOverloadsAreNotAllTold() {
        String help = Help.about("spawn");

        assertThat(help)
                .startsWith("Worker spawn(Script script, Object... arguments)\n    Starts a script")
                .contains("Worker spawn(Action1<A> code, A a)\n…\nWorker spawn(Action6<")
                .contains("    var p = spawn(x -> x.add(0, 1), a);")
                .endsWith("See also help(\"Everywhere.spawn\"), help(\"Spawner.spawn\")\n");
        assertThat(help.lines()).hasSizeLessThan(45);
        assertThat(Help.about("Tandem.spawn()")).isEqualTo(help);
        assertThat(Help.about("SPAWN")).isEqualTo(help);
    }

    @Test
    void aTypeIsFoundByItsNameItsClassAndItsObjects() {
        String help = Help.about(Script.class);

        assertThat(help).startsWith("class Script\n").contains("It has file.");
        assertThat(Help.about("Script")).isEqualTo(help);
        assertThat(Help.about(Tandem.script("WorkA"))).isEqualTo(help);
        assertThat(Help.about(Array.class)).contains("    b B       8 bits, signed and unsigned");
        assertThat(Help.about(Tandem.current())).isEqualTo(Help.about(Worker.class));
    }

    @Test
    void whatATypeHasFromAnotherIsFoundByBoth() {
        assertThat(Help.about("Array.acquire")).isEqualTo(Help.about("Guarded.acquire"));
        assertThat(Help.about(Array.class)).contains("help(\"Guarded\")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spwan", "Array.slise", "joinall", "evnt", "wacth"})
    void aMistypedNameIsAnsweredWithTheNearest(String name) {
        String meant =
                switch (name) {
                    case "spwan" -> "help(\"spawn\")";
                    case "Array.slise" -> "help(\"Array.slice\")";
                    case "evnt" -> "help(\"Event\")";
                    case "wacth" -> "help(\"watch\")";
                    default -> "joinAll";
                };

        assertThat(Help.about(name)).contains(meant);
    }

    @Test
    void whatIsNotTandemsHasNoHelp() {
        assertThat(Help.about("a string"))
                .startsWith("There is no help for a string.\nThe nearest");
        assertThat(Help.about(List.of())).startsWith("There is no help for java.util.");
    }
}
