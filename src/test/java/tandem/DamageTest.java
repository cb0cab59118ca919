package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// Files with any bytes in them and of any length. `-Dtandem.fuzz=100000` tries as many.
@Tag("once")
class DamageTest {
    private static final int FILES = Integer.getInteger("tandem.fuzz", 20_000);
    private static final int HEADER_BYTES = 4096;

    /// Offsets and lengths of what a header says.
    private static final int[][] FIELDS = {
        {0, 8}, {8, 4}, {12, 4}, {16, 4}, {20, 4}, {24, 8}, {32, 8}, {40, 8}, {48, 8}, {64, 4},
        {68, 4}, {128, 4}, {136, 8}, {256, 8}, {512, 8}
    };

    /// The first fields are checked in every file; a roster with another of these is refused.
    private static final int[] CHECKED_IN_ROSTERS = {0, 1, 2, 3, 4, 5, 6};

    private static final long[] BOUNDARIES = {
        0,
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        -1,
        255,
        256,
        4095,
        4096,
        4097,
        8192,
        1 << 20,
        'i',
        'd',
        'Z',
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        1L << 61,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private List<byte[]> whole;
    private Path session;
    private Path file;

    @BeforeEach
    void makeWholeFiles() throws IOException {
        try (Array array = Array.of("i", List.of(1, 2, 3));
                Array bare = Array.of("d", 2, false);
                Lock lock = new Lock();
                Array guarded = Array.of("h", 5, lock);
                Event event = new Event()) {
            session = array.path().getParent();
            whole =
                    List.of(
                            Files.readAllBytes(array.path()),
                            Files.readAllBytes(bare.path()),
                            Files.readAllBytes(lock.path()),
                            Files.readAllBytes(guarded.path()),
                            Files.readAllBytes(event.path()),
                            Files.readAllBytes(session.resolve("roster")));
        }
    }

    @AfterEach
    void removeTheLastFile() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    @Test
    @Timeout(300)
    void anyFileIsRefusedByNameOrUsableAndIsLeftAlone() {
        List<Function<Path, Shared>> attach = List.of(Array::attach, Lock::attach, Event::attach);
        int[] refused = {0};
        long[] next = {0};
        Cases.run(
                FILES,
                random -> {
                    byte[] bytes = damaged(random);
                    file = session.resolve("array-" + (800_000_000 + next[0]++));
                    try {
                        Own.write(file, bytes);
                        try (Shared shared =
                                attach.get(random.nextInt(attach.size())).apply(file)) {
                            assertThat(shared.toString()).isNotEmpty();
                        } catch (IllegalArgumentException | UncheckedIOException e) {
                            refused[0]++;
                            assertThat(e).hasMessageContaining(file.getFileName().toString());
                        }
                        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
                        Files.delete(file);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        System.out.printf("%d of %d damaged files were refused%n", refused[0], FILES);
        assertThat(refused[0]).isBetween(FILES / 2, FILES - 1);
    }

    private byte[] damaged(Random random) {
        byte[] bytes = whole.get(random.nextInt(whole.size())).clone();
        if (bytes.length == whole.getLast().length && random.nextInt(20) > 0) {
            bytes = Arrays.copyOf(bytes, HEADER_BYTES + random.nextInt(64));
        }
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            bytes = damaged(bytes, random);
        }
        return bytes;
    }

    private byte[] damaged(byte[] bytes, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> {
                if (bytes.length > 0) {
                    int at =
                            random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 64 : 800));
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> put(bytes, FIELDS[random.nextInt(FIELDS.length)], random.nextLong());
            case 2 -> {
                long value = BOUNDARIES[random.nextInt(BOUNDARIES.length)];
                put(bytes, FIELDS[random.nextInt(FIELDS.length)], value);
            }
            case 3 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            case 4 -> {
                return Arrays.copyOf(bytes, bytes.length + random.nextInt(64));
            }
            default -> {
                byte[] other = whole.get(random.nextInt(whole.size()));
                int length = Math.min(random.nextInt(HEADER_BYTES), bytes.length);
                System.arraycopy(other, 0, bytes, 0, length);
            }
        }
        return bytes;
    }

    private static void put(byte[] bytes, int[] field, long value) {
        if (bytes.length >= field[0] + field[1]) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            if (field[1] == 4) {
                buffer.putInt(field[0], (int) value);
            } else {
                buffer.putLong(field[0], value);
            }
        }
    }

    @Test
    @Timeout(300)
    void aDamagedRosterIsRefusedByNameAndNothingIsWritten(@TempDir Path folder) throws IOException {
        Path alive = Own.write(folder.resolve("alive"), new byte[0]);
        Path roster = folder.resolve("roster");
        Path array = Own.write(folder.resolve("array-1"), whole.getFirst());
        Cases.run(
                FILES / 20,
                random -> {
                    byte[] bytes = whole.getLast().clone();
                    switch (random.nextInt(4)) {
                        case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1);
                        default -> {
                            int which = random.nextInt(CHECKED_IN_ROSTERS.length);
                            int[] field = FIELDS[CHECKED_IN_ROSTERS[which]];
                            bytes[field[0] + random.nextInt(field[1])] ^=
                                    (byte) (1 << random.nextInt(8));
                        }
                    }
                    try {
                        Own.write(roster, bytes);
                        assertThatIllegalArgumentException()
                                .isThrownBy(() -> Array.attach(array))
                                .withMessageContaining(roster.toString());
                        assertThat(Files.readAllBytes(roster)).isEqualTo(bytes);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(alive).isEmptyFile();
    }
}
