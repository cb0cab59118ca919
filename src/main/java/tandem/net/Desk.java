package tandem.net;

import static tandem.net.Member.joined;

import redis.clients.jedis.Protocol.Command;

import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.net.Link.Request;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Where this process reads and writes many elements at a time: a key of the server by its secret, to which they are
/// brought and from which they are taken back in the same step, past the functions (see tandem.lua).
final class Desk {
    private static final String KEY = "{t}w";

    private final Member member;
    private final Link link;

    Desk(Member member, Link link) {
        this.member = member;
        this.link = link;
    }

    /// Where the bytes of some elements are among all.
    record Part(long from, long bytes) {}

    /// Does what the function `get` does.
    ///
    /// @param arguments of that function
    Answer fetch(String words, Part part, byte[]... arguments) {
        Channel channel = link.take();
        try {
            return member.ask(mine -> fetch(channel, mine, words, part, arguments));
        } finally {
            link.give(channel);
        }
    }

    private Answer fetch(
            Channel channel, byte[] mine, String words, Part part, byte[]... arguments) {
        byte[][] all = joined(List.of(mine), arguments);
        Request read =
                new Request(
                        Command.GETRANGE,
                        key(mine),
                        Link.digits(part.from),
                        Link.digits(part.from + part.bytes - 1));
        return link.call(
                channel,
                new Errand(words, false),
                List.of(Request.of("lay", all), read, clear(mine)),
                Request.of("get", all));
    }

    /// Does what the function `set` does, once.
    ///
    /// @param arguments of that function, but for the bytes
    Answer store(String words, Part part, byte[] bytes, byte[]... arguments) {
        return member.once(
                (channel, call) ->
                        member.ask(
                                mine -> {
                                    byte[][] all =
                                            joined(
                                                    List.of(mine, channel.number(), call),
                                                    arguments);
                                    return store(channel, mine, words, part, bytes, all);
                                }));
    }

    private Answer store(
            Channel channel, byte[] mine, String words, Part part, byte[] bytes, byte[][] all) {
        Request write = new Request(Command.SETRANGE, key(mine), Link.digits(part.from), bytes);
        return link.call(
                channel,
                new Errand(words, true),
                List.of(Request.of("layonce", all), write, clear(mine)),
                Request.of("set", joined(List.of(all), new byte[][] {bytes})));
    }

    private static byte[] key(byte[] secret) {
        return Link.ascii(KEY + new String(secret, StandardCharsets.UTF_8));
    }

    private static Request clear(byte[] secret) {
        return Request.of("clear", secret);
    }
}
