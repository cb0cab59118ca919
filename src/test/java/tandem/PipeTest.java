package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.launch.Spares;

import java.util.List;
import java.util.stream.Stream;

class PipeTest implements WithWorkers {
    /// Does not go through the ring.
    private static final int LARGE = 200_000;

    private final Pipe<Object> pipe = new Pipe<>();

    private static void isAtItsEnd(Pipe.End<Object> end, Pipe.End<Object> other) {
        assertThatExceptionOfType(EndOfPipeException.class)
                .isThrownBy(() -> end.receive(Await.PATIENCE))
                .withMessage("nobody has %s any more: nothing will come any more", other);
        assertThatExceptionOfType(EndOfPipeException.class)
                .isThrownBy(() -> end.send(1))
                .withMessage("nobody has %s any more: nobody takes what is sent there", other);
    }

    @Test
    void whatIsSentAtOneEndIsReceivedAtTheOther() {
        Worker echo =
                Tandem.spawn(
                        end -> {
                            for (Object x = end.receive(); !x.equals("end"); x = end.receive()) {
                                end.send(List.of(x, x));
                            }
                        },
                        pipe.right());
        for (int i = 0; i < 1000; i++) {
            pipe.left().send(i);
            assertThat(pipe.left().receive()).isEqualTo(List.of(i, i));
        }
        pipe.left().send("x".repeat(1_000_000));
        assertThat(((List<?>) pipe.left().receive()).getFirst().toString()).hasSize(1_000_000);
        assertThat(pipe.left().receive(millis(10))).isNull();
        pipe.left().send("end");
        end(echo);
        assertThat(pipe.stats().received()).isEqualTo(2003);
    }

    @Test
    void aWorkerThatEndsEndsItsEnd() {
        Worker worker = Tandem.spawn(end -> end.send("last words"), pipe.right());
        end(worker);
        assertThat(pipe.left().receive()).isEqualTo("last words");
        isAtItsEnd(pipe.left(), pipe.right());
    }

    @Test
    void aWorkerThatNeverUsesItsEndEndsItToo() {
        Worker worker = Tandem.spawn(_ -> {}, pipe.right());
        isAtItsEnd(pipe.left(), pipe.right());
        end(worker);
    }

    @Test
    void aKilledOneToo() {
        Worker worker =
                Tandem.spawn(
                        end -> {
                            end.send("here");
                            end.receive();
                        },
                        pipe.right());
        pipe.right().close(); // As one has to in Python.
        assertThat(pipe.left().receive()).isEqualTo("here");
        Beside<Object> waiting = Beside.call(() -> pipe.left().receive());
        kill(worker);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(waiting::end)
                .withCauseInstanceOf(EndOfPipeException.class);
        isAtItsEnd(pipe.left(), pipe.right());
    }

    /// The parent that sees them end has no part in the pipe.
    @Test
    void twoWorkersNoticeEachOthersEnds() {
        Event go = new Event();
        Call<String> left =
                call(
                        (end, e) -> {
                            end.send("a");
                            e.set();
                            try {
                                end.receive(Await.PATIENCE);
                                return "received";
                            } catch (EndOfPipeException x) {
                                return x.getMessage();
                            }
                        },
                        pipe.left(),
                        go);
        Worker right = Tandem.spawn(end -> end.receive(), pipe.right());
        go.await(Await.PATIENCE);
        end(right);
        assertThat(left.result())
                .isEqualTo(
                        "nobody has %s any more: nothing will come any more"
                                .formatted(pipe.right()));
    }

    @Test
    void whoWaitsForRoomLearnsOfTheEndToo() {
        Pipe<byte[]> bytes = new Pipe<>();
        while (bytes.left().send(new byte[10_000], millis(0))) {}
        Beside<Void> sender = Beside.run(() -> bytes.left().send(new byte[10_000]));
        bytes.right().close();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(sender::end)
                .withCauseInstanceOf(EndOfPipeException.class);
    }

    @Test
    void whatWasSentBeforeAnEndIsClosedIsReceived() {
        pipe.left().send(1);
        pipe.left().send(2);
        pipe.left().close();
        pipe.left().close();
        assertThat(pipe.right().receive()).isEqualTo(1);
        assertThat(pipe.right().receive()).isEqualTo(2);
        isAtItsEnd(pipe.right(), pipe.left());
        assertThatIllegalStateException()
                .isThrownBy(() -> pipe.left().send(3))
                .withMessage("%s is closed", pipe.left());
    }

    @Test
    void anEndCanBeSentThroughAnother() {
        Pipe<Pipe.End<String>> first = new Pipe<>();
        Pipe<String> second = new Pipe<>();
        Worker worker = Tandem.spawn(end -> end.receive().send("by the second"), first.right());
        first.left().send(second.right());
        assertThat(second.left().receive()).isEqualTo("by the second");
        end(worker);
    }

    @Test
    @Tag("once")
    void oneWayGoesFromLeftToRight() {
        Pipe<Integer> way = Pipe.oneWay();
        way.left().send(1);
        assertThat(way.right().receive()).isEqualTo(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> way.right().send(1))
                .withMessage(
                        "%s only receives: this is a pipe that goes one way, from left to right",
                        way.right());
        assertThatIllegalStateException()
                .isThrownBy(() -> way.left().receive())
                .withMessage(
                        "%s only sends: this is a pipe that goes one way, from left to right",
                        way.left());
    }

    @Test
    @Tag("once")
    void aClosedPipeIsGone() {
        pipe.left().send(1);
        assertThat(pipe)
                .hasToString("Pipe(%s, 1 to the right, 0 to the left)".formatted(pipe.name()));
        pipe.close();
        assertThat(pipe).hasToString("Pipe(%s, closed)".formatted(pipe.name()));
        assertThat(pipe.path()).doesNotExist();
        assertThatIllegalStateException().isThrownBy(() -> pipe.right().receive());
    }

    @Test
    @Tag("once")
    void whatIsLargeAndWasNotReceivedGoesWithThePipe() {
        Tandem.prestart(1);
        Await.until("a spare stands ready", () -> Spares.ready() == 1);
        pipe.left().send(new byte[LARGE]);
        pipe.right().send(new byte[LARGE]);
        assertThat(filesBeside(pipe)).hasSize(2);
        pipe.close();
        assertThat(filesBeside(pipe)).isEmpty();
        Tandem.prestart(0);
    }

    @Test
    @Tag("once")
    void whoHasAnEndStillReceivesWhatIsLargeWhenThePipeIsClosedElsewhere() {
        Event here = new Event();
        Event closed = new Event();
        Call<Integer> worker =
                call(
                        (end, e, go) -> {
                            e.set();
                            WithWorkers.await(go);
                            return ((byte[]) end.receive()).length;
                        },
                        pipe.right(),
                        here,
                        closed);
        WithWorkers.await(here);
        pipe.left().send(new byte[LARGE]);
        pipe.left().send(new byte[LARGE]);
        pipe.close();
        assertThat(filesBeside(pipe)).hasSize(2);
        closed.set();
        assertThat(worker.result()).isEqualTo(LARGE);
        end(worker);
        Await.until("nothing is left", () -> filesBeside(pipe).isEmpty());
    }

    @Test
    @Tag("once")
    void byNameToo() {
        Pipe<byte[]> named = Pipe.named("large-" + ProcessHandle.current().pid());
        named.left().send(new byte[LARGE]);
        assertThat(filesBeside(named)).hasSize(1);
        named.close();
        assertThat(filesBeside(named)).isEmpty();
    }

    private static List<String> filesBeside(Pipe<?> pipe) {
        String beginning = pipe.path().getFileName() + "-";
        return Stream.of(pipe.path().getParent().toFile().list())
                .filter(name -> name.startsWith(beginning))
                .toList();
    }
}
