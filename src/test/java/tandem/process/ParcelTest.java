package tandem.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What travels to a worker, and what cannot.
@Tag("once")
class ParcelTest {
    private static final ClassLoader LOADER = ParcelTest.class.getClassLoader();

    /// Shares nothing.
    private static final Kit KIT =
            new Kit() {
                @Override
                public Class<?> main() {
                    throw new AssertionError("nothing is started");
                }

                @Override
                public String nameOf(Object object) {
                    return null;
                }

                @Override
                public Object attach(String name) {
                    throw new IllegalArgumentException("nothing is shared");
                }

                @Override
                public Job job(Serializable code, boolean isCall) {
                    throw new IllegalArgumentException("no code travels");
                }
            };

    /// A list as no list of Java is: each element lies in the one before it.
    private static final class Link implements Serializable {
        @Serial private static final long serialVersionUID = 1;

        private Link next;

        static Link chain(int links) {
            Link chain = null;
            for (int i = 0; i < links; i++) {
                Link link = new Link();
                link.next = chain;
                chain = link;
            }
            return chain;
        }
    }

    private static byte[] sent(Object... arguments) throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        new Assignment("w", Parcel.ofScript(KIT, Map.of(), arguments)).write(pipe);
        return pipe.toByteArray();
    }

    private static List<Object> received(byte[] bytes) throws Exception {
        return Assignment.read(new ByteArrayInputStream(bytes))
                .parcel()
                .open(KIT, LOADER)
                .arguments();
    }

    @Test
    void largeThingsTravel() throws Exception {
        int[] many = IntStream.range(0, 20_000_000).toArray();
        assertThat((int[]) received(sent((Object) many)).getFirst()).isEqualTo(many);

        Map<Integer, Integer> map = new HashMap<>(4, 0.1f);
        Map<Integer, Integer> tree = new TreeMap<>();
        Map<Object, Integer> identities = new IdentityHashMap<>();
        for (int i = 0; i < 100_000; i++) {
            map.put(i, -i);
            tree.put(i, -i);
            identities.put("key", i);
        }
        List<Integer> list = new LinkedList<>(map.values());
        boolean[] bits = new boolean[1_000_000];
        assertThat(received(sent(map, tree, list, bits, new HashMap<>(), new int[0])))
                .startsWith(map, tree, list)
                .satisfies(all -> assertThat((boolean[]) all.get(3)).isEqualTo(bits));
        assertThat((Map<?, ?>) received(sent(identities)).getFirst()).hasSameSizeAs(identities);
    }

    @Test
    void numbersAndTextTravelWithoutSerialisation() throws Exception {
        Object[] all = {
            0,
            -1,
            Integer.MIN_VALUE,
            1L << 40,
            -2.5,
            Double.NaN,
            true,
            false,
            null,
            "",
            "a 猫 \ud83d \0"
        };
        assertThat(Parcel.ofScript(KIT, Map.of(), all).isPlain()).isTrue();
        assertThat(received(sent(all))).containsExactly(all);

        String longest = "猫".repeat(21_845);
        assertThat(Parcel.ofScript(KIT, Map.of(), longest).isPlain()).isTrue();
        assertThat(received(sent(longest))).containsExactly(longest);
        assertThat(Parcel.ofScript(KIT, Map.of(), longest + ".").isPlain()).isFalse();
        assertThat(received(sent(longest + "."))).containsExactly(longest + ".");
    }

    @Test
    void whatLiesTooDeepIsRefusedWhereItIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parcel.ofScript(KIT, Map.of(), Link.chain(1_000_000)))
                .withMessageContaining("more than 500 deep");
        assertThatIOException()
                .isThrownBy(() -> Parcel.serialize(Link.chain(1_000_000)))
                .withMessageContaining("more than 500 deep");
    }

    @Test
    void whatLiesTooDeepIsRefusedWhereItArrives() throws Exception {
        List<byte[]> sent = new ArrayList<>();
        List<Throwable> thrown = new ArrayList<>();
        Thread withALargeStack =
                new Thread(
                        null,
                        () -> {
                            try {
                                sent.add(sent(Link.chain(400)));
                                sent.add(sent(Link.chain(600)));
                                sent.add(Parcel.serialize(Link.chain(600)));
                            } catch (IOException e) {
                                thrown.add(e);
                            }
                        },
                        "large",
                        64 << 20);
        withALargeStack.start();
        withALargeStack.join();
        assertThat(thrown).isEmpty();
        assertThat(received(sent.get(0))).hasSize(1);
        assertThatIOException()
                .isThrownBy(() -> received(sent.get(1)))
                .withMessageContaining("more than 500 deep");
        assertThatIOException()
                .isThrownBy(() -> Parcel.deserialize(sent.get(2), LOADER))
                .withMessageContaining("more than 500 deep");
    }

    @Test
    void whatIsTooLargeIsRefusedWhereItIsSent() throws IOException {
        byte[] block = new byte[1 << 20];
        try (var out = new TravelLimits.Sender(OutputStream.nullOutputStream())) {
            for (int sent = 0; sent < TravelLimits.BYTES; sent += block.length) {
                out.write(block);
            }
            assertThatIOException()
                    .isThrownBy(() -> out.write(0))
                    .withMessageContaining("more than 1073741824 bytes")
                    .withMessageContaining("Array");
        }
    }

    @Test
    void anArrayThatIsLargerThanWhatCameIsRefusedBeforeItIsMade() throws Exception {
        byte[] bytes = Parcel.serialize(new long[] {1, 2});
        int at = bytes.length - 2 * Long.BYTES - Integer.BYTES;
        assertThat(bytes[at + 3]).isEqualTo((byte) 2);
        bytes[at] = 0x7f;
        assertThatIOException()
                .isThrownBy(() -> Parcel.deserialize(bytes, LOADER))
                .withMessageContaining("it asks for an array of 2130706434 elements")
                .withMessageContaining(bytes.length + " bytes have come");
    }

    @Test
    void aSizeThatCannotBeIsRefusedBeforeMemoryIsTaken() throws Exception {
        for (int size : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (1 << 30) + 1}) {
            assertThatIOException()
                    .isThrownBy(() -> Assignment.read(assignment(size)))
                    .withMessageContaining("damaged: a size of " + size);
        }
        assertThatIOException()
                .isThrownBy(() -> Assignment.read(assignment(1 << 30)))
                .withMessageContaining("ended after 8 of 1073741824 bytes");
    }

    /// The beginning of an assignment that gives this as the length of the worker's name.
    private static ByteArrayInputStream assignment(int size) throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(pipe);
        out.writeInt(0x74616e64);
        out.writeInt(size);
        out.writeLong(0);
        return new ByteArrayInputStream(pipe.toByteArray());
    }

    /// What is damaged may look whole, or be another object. It must not do more than throw.
    @Test
    void damageIsAnExceptionAndNoMore() throws Exception {
        List<byte[]> wholes =
                List.of(
                        sent(
                                "text",
                                new int[] {1, 2},
                                List.of(1.5, 2L),
                                new HashMap<>(Map.of(1, 2))),
                        sent("text", 42, 1L << 40, 2.5, true, null, "猫"));
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] whole = wholes.get(i % 2);
            byte[] bytes =
                    random.nextInt(4) == 0
                            ? Arrays.copyOf(whole, random.nextInt(whole.length))
                            : whole.clone();
            for (int changes = random.nextInt(3); changes >= 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Assignment read = Assignment.read(new ByteArrayInputStream(bytes));
                if (read != null) {
                    read.parcel().open(KIT, LOADER);
                }
            } catch (Exception e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(2_500);
    }

    @Test
    void whatEndsEarlyIsRefused() throws Exception {
        byte[] whole = sent("text");
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> received(cut));
        }
        assertThat(received(whole)).containsExactly("text");
    }
}
