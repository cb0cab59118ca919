package tandem.net;

import tandem.net.Link.Channel;
import tandem.net.Link.Errand;

import java.util.Random;

/// A process that only calls functions of the server.
final class Caller {
    private static final Errand ANY = new Errand("a step", true);

    private final Link link;
    private final Channel channel;
    private final String name;
    private final byte[] secret;

    /// @param machine on which it says that it is
    /// @param pid which it says that it has there
    Caller(Link link, Random random, String machine, long pid) {
        this.link = link;
        this.channel = link.take();
        this.name = "%016x%016x".formatted(random.nextLong(), System.nanoTime());
        this.secret = Link.ascii(name);
        byte[] none = new byte[0];
        link.call(
                channel,
                ANY,
                "join",
                secret,
                secret,
                Link.ascii(machine),
                Link.digits(pid),
                none,
                none);
    }

    String name() {
        return name;
    }

    Answer once(String function, String... arguments) {
        byte[][] all = new byte[arguments.length + 3][];
        all[0] = secret;
        all[1] = channel.number();
        all[2] = channel.nextCall();
        return call(function, all, arguments, 3);
    }

    Answer often(String function, String... arguments) {
        byte[][] all = new byte[arguments.length + 1][];
        all[0] = secret;
        return call(function, all, arguments, 1);
    }

    private Answer call(String function, byte[][] all, String[] arguments, int from) {
        for (int i = 0; i < arguments.length; i++) {
            all[from + i] = Link.ascii(arguments[i]);
        }
        return link.call(channel, ANY, function, all);
    }
}
