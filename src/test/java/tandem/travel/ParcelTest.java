package tandem.travel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What travels to a worker, and what cannot.
@Tag("once")
class ParcelTest {
    private static final ClassLoader LOADER = ParcelTest.class.getClassLoader();

    /// Shares nothing.
    static final Kit KIT =
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
                public String nameForOthers(Object object) {
                    return null;
                }

                @Override
                public Object attachForOthers(String name) {
                    throw new IllegalArgumentException("nothing is shared");
                }

                @Override
                public Object proxy(InvocationHandler handler, Class<?> type, ClassLoader loader) {
                    return null;
                }

                @Override
                public Object run(Serializable code, Object[] arguments) {
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
        Parcel.ofScript(KIT, Map.of(), arguments).write(new DataOutputStream(pipe));
        return pipe.toByteArray();
    }

    private static Parcel read(byte[] bytes) throws IOException {
        return Parcel.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    private static List<Object> received(byte[] bytes) throws Exception {
        return read(bytes).open(KIT, LOADER).arguments();
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
    void numbersAndTextTravel() throws Exception {
        Object[] all = {
            0,
            -1,
            Integer.MIN_VALUE,
            1L << 40,
            -2.5,
            Double.NaN,
            Float.MIN_VALUE,
            (short) -300,
            (byte) -3,
            '猫',
            true,
            false,
            null,
            "",
            "a 猫 \ud83d \0",
            "\u00e9t\u00e9",
            "猫".repeat(100_000)
        };
        assertThat(received(sent(all))).containsExactly(all);
    }

    @Test
    void objectsMayLieInObjectsAsDeepAsTheyLike() throws Exception {
        Link last = (Link) received(sent(Link.chain(1_000_000))).getFirst();
        int links = 0;
        for (Link link = last; link != null; link = link.next) {
            links++;
        }
        assertThat(links).isEqualTo(1_000_000);
    }

    @Test
    void whatIsOneObjectStaysOne() throws Exception {
        List<Object> list = new ArrayList<>();
        Object[] array = {list, null};
        array[1] = array;
        list.add(array);
        Integer large = 1_000_000;
        String text = new String("text");
        List<Object> all =
                received(sent(list, array, large, large, text, text, "text", new Object()));
        Object[] arrived = (Object[]) all.get(1);
        assertThat(arrived[0]).isSameAs(all.get(0));
        assertThat(arrived[1]).isSameAs(arrived);
        assertThat(((List<?>) all.get(0)).getFirst()).isSameAs(arrived);
        assertThat(all.get(2)).isSameAs(all.get(3));
        assertThat(all.get(4)).isSameAs(all.get(5)).isNotSameAs(all.get(6));
        assertThat(all.get(6)).isSameAs("text");
        assertThat(all.get(7).getClass()).isEqualTo(Object.class);
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
        byte[] bytes = Parcel.toBytes(KIT, (Object) new long[] {1, 2});
        int at = 2 + Integer.BYTES;
        assertThat(bytes[at + 3]).isEqualTo((byte) 2);
        bytes[at] = 0x07;
        assertThatIOException()
                .isThrownBy(() -> Parcel.fromBytes(bytes, KIT, LOADER))
                .withMessageContaining("the pipe ended after");
        bytes[at] = 0x7f;
        assertThatIOException()
                .isThrownBy(() -> Parcel.fromBytes(bytes, KIT, LOADER))
                .withMessageContaining("a size of 2130706434");
    }

    @Test
    void aListThatIsLargerThanWhatCameIsRefusedBeforeItIsMade() throws Exception {
        List<Object> list = new ArrayList<>(List.of(1));
        byte[] bytes = Parcel.toBytes(KIT, list);
        byte[] size = {'s', 'i', 'z', 'e', Graph.INT, 0, 0, 0, 1};
        int at =
                new String(bytes, StandardCharsets.ISO_8859_1)
                        .indexOf(new String(size, StandardCharsets.ISO_8859_1));
        bytes[at + 5] = 0x70;
        assertThatIOException()
                .isThrownBy(() -> Parcel.fromBytes(bytes, KIT, LOADER))
                .withMessageContaining("it asks for an array of 1879048193 elements");
    }

    @Test
    void aSizeThatCannotBeIsRefusedBeforeMemoryIsTaken() throws Exception {
        for (int size : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (1 << 30) + 1}) {
            assertThatIOException()
                    .isThrownBy(() -> TravelLimits.readBytes(sized(size)))
                    .withMessageContaining("damaged: a size of " + size);
        }
        assertThatIOException()
                .isThrownBy(() -> TravelLimits.readBytes(sized(1 << 30)))
                .withMessageContaining("ended after 8 of 1073741824 bytes");
    }

    private static DataInputStream sized(int size) throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(pipe);
        out.writeInt(size);
        out.writeLong(0);
        return new DataInputStream(new ByteArrayInputStream(pipe.toByteArray()));
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
                received(bytes);
            } catch (Exception e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_500);
    }

    /// (Maven adds pages of properties, which would be cut at each letter too.)
    @Test
    void whatEndsEarlyIsRefused() throws Exception {
        Properties all = System.getProperties();
        Properties few = new Properties();
        Stream.of("user.language", "line.separator", "one", "two")
                .forEach(name -> few.setProperty(name, all.getProperty(name, "value")));
        System.setProperties(few);
        byte[] whole;
        try {
            whole = sent("text");
        } finally {
            System.setProperties(all);
        }
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> received(cut));
        }
        assertThat(received(whole)).containsExactly("text");
    }
}
