package tandem.net;

import tandem.memory.Header;
import tandem.memory.Typecode;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Looks at a server from outside: it is no process there, holds nothing, changes nothing, and nobody
/// depends on it. Who has the code may look. For use by one thread.
public final class Lookout implements AutoCloseable {
    /// A process that has joined.
    ///
    /// @param number by which objects name it
    /// @param parent pid of the one that has spawned it, 0 for none that has joined
    /// @param accepts whether it runs code of others
    /// @param silentMillis for how long it has not said that it lives
    public record Process(
            String number,
            String name,
            String machine,
            long pid,
            long parent,
            boolean accepts,
            long silentMillis) {
        /// Whether the server takes it for dead.
        public boolean isLost() {
            return silentMillis >= LEASE_MILLIS;
        }
    }

    /// One that waits.
    ///
    /// @param process its number
    /// @param millis for how long, -1 where the server does not know
    public record Waiting(String process, long millis) {}

    /// An object.
    ///
    /// @param holder the number of the process that has its lock, empty for none
    /// @param heldMillis for how long
    /// @param state how it is, in words; empty for what only has a lock
    /// @param count how often the thing has happened that it is for
    /// @param waits how often somebody has waited for its lock, and waitedNanos for how long in all
    /// @param first its first elements
    public record Item(
            String id,
            String name,
            Header header,
            String holder,
            long heldMillis,
            String state,
            long count,
            long waits,
            long waitedNanos,
            long recoveries,
            List<Waiting> waiting,
            List<Number> first) {}

    /// What there is at one moment.
    ///
    /// @param more how many objects there are beside those
    /// @param stored how many bytes each machine has there
    /// @param limit how many it may have
    public record Seen(
            List<Process> processes,
            List<Item> objects,
            int more,
            Map<String, Long> stored,
            long limit) {}

    private static final long LEASE_MILLIS = 3_000;
    private static final Errand LOOK = new Errand("a look", false);

    private final Link link;
    private final Channel channel;

    /// @param code by which the server is joined
    /// @throws IllegalArgumentException when it is none
    public Lookout(String code) {
        this.link = new Link(JoinCode.parse(code), Member.GUEST);
        this.channel = link.take();
    }

    /// Where the server is, as in `10.0.0.7:7801`.
    public String address() {
        return link.code().address();
    }

    /// @throws tandem.sync.UnreachableException when it does not answer
    /// @throws IllegalStateException when it does not know the code, or has other functions
    public void requireAnswer() {
        Member.requireSameLibrary(link, channel);
    }

    /// Reads all that there is, in one step.
    ///
    /// @throws tandem.sync.UnreachableException when the server does not answer
    public Seen look() {
        Answer answer = link.call(channel, LOOK, "survey");
        List<Process> processes = new ArrayList<>();
        List<Item> objects = new ArrayList<>();
        int more = 0;
        Map<String, Long> stored = new HashMap<>();
        long limit = 0;
        for (String line : answer.text().lines().toList()) {
            String[] fields = line.split("\t", -1);
            try {
                switch (fields[0]) {
                    case "process" -> processes.add(process(fields));
                    case "object" -> objects.add(item(fields));
                    case "more" -> more = Integer.parseInt(fields[1]);
                    case "stored" -> stored.put(fields[1], Long.parseLong(fields[2]));
                    case "limit" -> limit = Long.parseLong(fields[1]);
                    default -> {}
                }
            } catch (IllegalArgumentException e) {
                // A guest has made what is no object of Tandem's.
            }
        }
        return new Seen(processes, objects, more, stored, limit);
    }

    private static Process process(String[] fields) {
        return new Process(
                fields[1],
                fields[2],
                fields[3],
                pid(fields[4]),
                pid(fields[5]),
                fields[6].equals("1"),
                Long.parseLong(fields[7]));
    }

    /// What others claim.
    private static long pid(String digits) {
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
    }

    private static Item item(String[] fields) {
        Header header = Served.headerOf(fields[2], fields[3], fields[4], fields[5]);
        return new Item(
                fields[1],
                Served.nameOf(header.kind(), fields[1], fields[6]),
                header,
                fields[8],
                fields[9].isEmpty() ? 0 : Long.parseLong(fields[9]),
                fields[10],
                Long.parseLong(fields[11]),
                Long.parseLong(fields[12]),
                Long.parseLong(fields[13]) * 1_000,
                Long.parseLong(fields[14]),
                waiting(fields[15]),
                header.typecode() == null
                        ? List.of()
                        : Elements.numbers(header.typecode(), HexFormat.of().parseHex(fields[16])));
    }

    private static List<Waiting> waiting(String text) {
        return Stream.of(text.split(","))
                .filter(one -> !one.isEmpty())
                .map(one -> one.split(":", -1))
                .map(one -> new Waiting(one[0], one[1].isEmpty() ? -1 : Long.parseLong(one[1])))
                .toList();
    }

    /// Reads elements of an array, whoever has its lock.
    ///
    /// @return none when there are not so many
    public List<Number> elements(String id, Typecode typecode, long from, int count) {
        Answer answer =
                link.call(
                        channel,
                        LOOK,
                        "glance",
                        Link.ascii(id),
                        Link.digits(from),
                        Link.ascii(Integer.toString(count)));
        return answer.is(Answer.DONE) ? Elements.numbers(typecode, answer.bytes()) : List.of();
    }

    @Override
    public void close() {
        link.close();
    }
}
