package tandem.net;

import redis.clients.jedis.Protocol.Command;

import tandem.net.Link.Channel;
import tandem.net.Link.Errand;

/// Requests to a server by the same connection as Tandem's, but without any function of it: for comparison.
public final class Bare implements AutoCloseable {
    private static final byte[] KEY = Link.ascii("{t}bench");
    private static final Errand ANY = new Errand("a request", false);

    private final Link link;
    private final Channel channel;

    /// @param code as `scripts/tandem workshop` prints it
    public Bare(String code) {
        link = new Link(JoinCode.parse(code), Member.GUEST);
        channel = link.take();
    }

    /// The least that can be asked.
    public void ping() {
        link.command(channel, ANY, Command.PING);
    }

    /// Stores bytes, in one key.
    public void put(byte[] bytes) {
        link.command(channel, ANY, Command.SETRANGE, KEY, Link.ascii("0"), bytes);
    }

    /// Fetches all that was stored.
    public void fetch() {
        link.command(channel, ANY, Command.GETRANGE, KEY, Link.ascii("0"), Link.ascii("-1"));
    }

    @Override
    public void close() {
        link.close();
    }
}
