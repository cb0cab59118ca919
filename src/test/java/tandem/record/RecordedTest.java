package tandem.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The file of what a process has recorded, as it may be found.
@Tag("once")
class RecordedTest {
    @TempDir Path folder;

    private Path path;
    private RecordFile file;
    private String thread;

    @BeforeEach
    void aFileOfTwoSpans() throws IOException {
        thread = Thread.currentThread().getName();
        path = folder.resolve("timeline-1-2");
        file = new RecordFile(path, "1 号进程", 1_000);
        Spans holds = new Spans(file, Kind.HOLDS, Thread.currentThread(), "板");
        holds.begin(System.nanoTime(), 0);
        holds.end(System.nanoTime());
        Spans waits = new Spans(file, Kind.WAITS, Thread.currentThread(), "lock-7");
        waits.begin(System.nanoTime(), file.text("2 号进程 (pid 7)"));
    }

    private void change(int at, long value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.nativeOrder());
        bytes.putLong(at, value);
        Files.write(path, bytes.array());
    }

    private static int span(int place) {
        return RecordFile.TEXT_BYTES + place * RecordFile.SPAN_BYTES;
    }

    @Test
    void itIsReadAsItWasWritten() {
        Recorded read = Recorded.read(path);

        assertThat(read.process()).isEqualTo("1 号进程");
        assertThat(read.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(read.ended()).isZero();
        assertThat(read.lost()).isZero();
        Recorded.One hold = read.spans().getFirst();
        assertThat(hold.kind()).isEqualTo(Kind.HOLDS);
        assertThat(hold.object()).isEqualTo("板");
        assertThat(hold.threadName()).isEqualTo(thread);
        assertThat(hold.ended()).isGreaterThanOrEqualTo(hold.began());
        Recorded.One wait = read.spans().getLast();
        assertThat(wait.kind()).isEqualTo(Kind.WAITS);
        assertThat(wait.by()).isEqualTo("2 号进程 (pid 7)");
        assertThat(wait.ended()).isZero();
        assertThat(read.spans()).hasSize(2);
    }

    @Test
    void whatIsHalfWrittenIsLeftOut() throws IOException {
        change(span(1) + RecordFile.SPAN_NUMBER, 0);
        assertThat(Recorded.read(path).spans()).hasSize(1);

        change(span(1) + RecordFile.SPAN_NUMBER, 2 + RecordFile.MOST);
        assertThat(Recorded.read(path).spans()).as("its number is ahead").hasSize(1);

        change(span(1) + RecordFile.SPAN_NUMBER, 1);
        assertThat(Recorded.read(path).spans()).as("it is another place's").hasSize(1);

        change(span(0) + RecordFile.SPAN_ENDED, 1);
        assertThat(Recorded.read(path).spans()).as("it ended before it began").isEmpty();
    }

    @Test
    void aTextThatIsNotCompleteIsEmpty() throws IOException {
        change(RecordFile.AT_TEXTS, RecordFile.FIRST_TEXT);
        assertThat(Recorded.read(path).spans()).allMatch(span -> span.object().isEmpty());
    }

    @Test
    void aFileThatWasJustMadeSaysNothing() throws IOException {
        change(0, 0);
        assertThat(Recorded.read(path)).isNull();
        Files.write(path, new byte[0]);
        assertThat(Recorded.read(path)).isNull();
        Files.write(path, new byte[5_000]);
        assertThat(Recorded.read(path)).isNull();
    }

    @Test
    void whatIsNoneOfTheKitsIsRefusedInASentence() throws IOException {
        change(0, 0x0706050403020100L);
        assertThatThrownBy(() -> Recorded.read(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "timeline-1-2 cannot be read as a part of a timeline: it begins with"
                                + " 0706050403020100 instead of 016e6170736e6174");

        Files.write(path, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> Recorded.read(path))
                .hasMessage(
                        "timeline-1-2 cannot be read as a part of a timeline: it has 3 bytes, and"
                                + " its beginning takes 32768");

        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> Recorded.read(path)).hasMessageContaining("cannot be trusted");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noGarbageEndsInAnythingElse(long seed) throws IOException {
        byte[] whole = Files.readAllBytes(path);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int i = 0; i < 40 && bytes.length > 8; i++) {
                int part = random.nextBoolean() ? 512 : bytes.length;
                bytes[8 + random.nextInt(Math.min(part, bytes.length) - 8)] =
                        (byte) random.nextInt();
            }
            Files.write(path, bytes);
            try {
                Recorded read = Recorded.read(path);
                if (read != null) {
                    tandem.timeline.Runs.draw(List.of(read));
                }
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("cannot be read as a part of a timeline");
            }
        }
    }

    @Test
    void theOldestSpansGiveWay() {
        Spans many = new Spans(file, Kind.WAITS, Thread.currentThread(), "many");
        for (int i = 0; i < RecordFile.MOST + 1_000; i++) {
            long time = 2_000 + i * 1_000_000L;
            many.begin(time, 0);
            many.end(time + 500_000);
        }
        Recorded read = Recorded.read(path);

        assertThat(read.lost()).isEqualTo(1_002);
        assertThat(read.spans()).hasSize(RecordFile.MOST).allMatch(s -> s.object().equals("many"));
    }

    @Test
    void shortOnesAreSummedUp() {
        Spans many = new Spans(file, Kind.WAITS, Thread.currentThread(), "many");
        long time = 2_000;
        for (int i = 0; i < 1_000; i++) {
            many.begin(time, 0);
            many.end(time + 5_000);
            time += 20_000;
        }
        many.begin(time, 0);
        many.end(time + 1_000_000);
        many.begin(time + 1_010_000, 0);
        List<Recorded.One> spans =
                Recorded.read(path).spans().stream()
                        .filter(span -> span.object().equals("many"))
                        .toList();

        assertThat(spans.stream().mapToInt(Recorded.One::count).sum()).isEqualTo(1_002);
        assertThat(spans).hasSize(4);
        assertThat(spans.getFirst().nanos()).isEqualTo(spans.getFirst().count() * 5_000L);
        assertThat(spans.getLast().count()).as("after a long one").isEqualTo(1);
    }
}
