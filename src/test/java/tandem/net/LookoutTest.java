package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.named;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import redis.clients.jedis.Protocol.Command;

import tandem.Array;
import tandem.Barrier;
import tandem.Condition;
import tandem.Event;
import tandem.Lock;
import tandem.Queue;
import tandem.Semaphore;
import tandem.Worker;
import tandem.memory.Typecode;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.session.Joined;
import tandem.sync.UnreachableException;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What whoever has the code sees of a server, without being a process there.
@Tag("once")
@Timeout(120)
class LookoutTest extends WithServer {
    private static final Errand ANY = new Errand("a look", false);

    private static Lookout lookout() {
        return new Lookout(code(server().port()).text());
    }

    private static Lookout.Item item(Lookout.Seen seen, String name) {
        return seen.objects().stream()
                .filter(item -> item.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// One that an earlier test has left without a word may still be there, with the same pid.
    private static Lookout.Process process(Lookout.Seen seen, long pid) {
        return seen.processes().stream()
                .filter(process -> process.pid() == pid)
                .min(Comparator.comparingLong(Lookout.Process::silentMillis))
                .orElseThrow();
    }

    @Test
    void itSeesWhoHoldsAndWaits() throws Exception {
        Array board = Array.named("board-" + test, "q", 4);
        Lock door = Lock.named("door-" + test);
        board.set(1, -7);
        GuestProcess guest = guest();
        door.acquire();
        guest.say("door");
        try (Lookout lookout = lookout()) {
            await("it waits", () -> !item(lookout.look(), door.name()).waiting().isEmpty());
            Lookout.Seen seen = lookout.look();
            Lookout.Process self = process(seen, ProcessHandle.current().pid());
            Lookout.Process other = process(seen, guest.pid());
            assertThat(seen.stored().get(Member.host())).isBetween(1L, seen.limit());
            assertThat(self.machine()).isEqualTo(Member.host());
            assertThat(self.isLost()).isFalse();
            assertThat(item(seen, door.name()).holder()).isEqualTo(self.number());
            assertThat(item(seen, door.name()).heldMillis()).isBetween(0L, 60_000L);
            assertThat(item(seen, door.name()).waiting())
                    .extracting(Lookout.Waiting::process)
                    .containsExactly(other.number());
            assertThat(item(seen, door.name()).waiting().getFirst().millis())
                    .isBetween(0L, 60_000L);
            assertThat(item(seen, board.name()).first())
                    .map(Number::longValue)
                    .containsExactly(0L, -7L, 0L, 0L);
            assertThat(lookout.elements("n" + board.name(), Typecode.of(board.typecode()), 1, 2))
                    .map(Number::longValue)
                    .containsExactly(-7L, 0L);
            door.release();
            guest.await("done door");
            Lookout.Item after = item(lookout.look(), door.name());
            assertThat(after.waiting()).isEmpty();
            assertThat(after.holder()).isEqualTo(other.number());
        }
    }

    @Test
    void itSeesAllKinds() {
        Lock door = Lock.named("door-" + test);
        Condition changed = door.newCondition("changed-" + test);
        Event go = Event.named("go-" + test);
        Semaphore permits = Semaphore.bounded("permits-" + test, 3);
        Queue<Object> jobs = Queue.named("jobs-" + test, 3);
        Barrier start = Barrier.named("start-" + test, 3);
        permits.acquire();
        jobs.put(1);
        jobs.close();
        go.set();
        try (Lookout lookout = lookout()) {
            Lookout.Seen seen = lookout.look();
            assertThat(
                            List.of(door, changed, go, permits, jobs, start).stream()
                                    .map(shared -> item(seen, shared.name()).state()))
                    .containsExactly(
                            "", "0 wait", "set", "2 free", "closed, 1 of 3 items", "0 of 3 wait");
            assertThat(item(seen, go.name()).count()).isOne();
            assertThat(item(seen, permits.name()).count()).isOne();
        }
    }

    /// Who waited for a time only is not shown as waiting for ever.
    @Test
    void whoWaitsForAnEventNoMoreIsNotShown() throws InterruptedException {
        Event go = Event.named("go-" + test);
        try (Lookout lookout = lookout()) {
            AtomicBoolean isSeen = new AtomicBoolean();
            Thread waiter =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!isSeen.get()) {
                                            go.await(seconds(1));
                                        }
                                    });
            await("it waits", () -> !item(lookout.look(), go.name()).waiting().isEmpty());
            isSeen.set(true);
            waiter.join();
            await("no more", () -> item(lookout.look(), go.name()).waiting().isEmpty());
        }
    }

    @Test
    void whoIsStoppedIsSilent() throws Exception {
        GuestProcess guest = guest();
        guest.does("door");
        signal("STOP", guest.pid());
        try (Lookout lookout = lookout()) {
            await("silence", () -> process(lookout.look(), guest.pid()).isLost());
        } finally {
            signal("CONT", guest.pid());
        }
    }

    @Test
    void itIsNoProcessThereAndLearnsNoSecrets() {
        Lock.named("door-" + test);
        try (Lookout lookout = lookout();
                Link link = new Link(server().code("127.0.0.1"), Member.GUEST)) {
            Set<String> before = numbers(lookout);
            try (Lookout other = lookout()) {
                assertThat(before).containsAll(numbers(other));
            }
            Channel channel = link.take();
            String all = text(link.call(channel, ANY, "survey").bytes());
            assertThat(all)
                    .contains("door-" + test)
                    .doesNotContain(Joined.key())
                    .doesNotContain(secrets());
        }
    }

    private static Set<String> numbers(Lookout lookout) {
        return lookout.look().processes().stream()
                .map(Lookout.Process::number)
                .collect(Collectors.toSet());
    }

    /// The names of all keys have one in them, and each process has one of its own.
    private static List<String> secrets() {
        try (Link keeper = server().keeper()) {
            Channel channel = keeper.take();
            byte[] pattern = Link.ascii("{t}????????????????????????????????k");
            List<?> keys = (List<?>) keeper.command(channel, ANY, Command.KEYS, pattern);
            byte[] key = (byte[]) keys.getFirst();
            List<?> own = (List<?>) keeper.command(channel, ANY, Command.HKEYS, key);
            assertThat(own).isNotEmpty();
            return Stream.concat(
                            Stream.of(text(key).substring(3, 35)),
                            own.stream().map(secret -> text((byte[]) secret)))
                    .toList();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aParentIsShownByItsPid() {
        Event go = Event.named("go-" + test);
        Worker worker =
                named("child")
                        .spawn(
                                name -> {
                                    Event.named(name).await();
                                },
                                go.name());
        try (Lookout lookout = lookout()) {
            await(
                    "the child",
                    () ->
                            lookout.look().processes().stream()
                                    .anyMatch(process -> process.pid() == worker.pid()));
            assertThat(process(lookout.look(), worker.pid()).parent())
                    .isEqualTo(ProcessHandle.current().pid());
        }
        go.set();
        joinAll();
    }

    @Test
    void aCodeThatIsWrongIsSaid() {
        JoinCode code = server().code("127.0.0.1");
        JoinCode wrong =
                JoinCode.of(
                        "127.0.0.1", code.port(), new byte[JoinCode.PASSWORD_BYTES], new byte[1]);
        try (Lookout lookout = new Lookout(wrong.text())) {
            assertThatIllegalStateException()
                    .isThrownBy(lookout::requireAnswer)
                    .withMessageContaining("another certificate");
        }
        JoinCode nobody = new JoinCode("127.0.0.1", 9, code.password(), code.pin());
        try (Lookout lookout = new Lookout(nobody.text())) {
            assertThatExceptionOfType(UnreachableException.class)
                    .isThrownBy(lookout::requireAnswer);
        }
    }
}
