package tandem.net;

import tandem.net.Link.Channel;
import tandem.net.Link.Errand;

import java.nio.charset.StandardCharsets;

/// Calls of a process whose answers are lost, each once, after the questions have arrived.
final class LossyCalls {
    private static final Errand ANY = new Errand("a call", false);

    private final Cutter cutter;
    private final Link link;
    private final Channel channel;
    private final byte[] me;
    private int lost;
    private String last = "";

    /// @param me the secret of the process
    LossyCalls(Cutter cutter, Link link, Channel channel, byte[] me) {
        this.cutter = cutter;
        this.link = link;
        this.channel = channel;
        this.me = me;
    }

    /// How many answers were lost.
    int lost() {
        return lost;
    }

    /// The number of the last call.
    String last() {
        return last;
    }

    /// Of a process that joins.
    static LossyCalls join(Cutter cutter, Link link, String secret) {
        Channel channel = link.take();
        byte[] none = new byte[0];
        byte[] me = Link.ascii(secret);
        link.call(channel, ANY, "join", me, none, none, none, none, none);
        return new LossyCalls(cutter, link, channel, me);
    }

    void leave() {
        link.call(channel, ANY, "leave", me);
    }

    /// It says before that it lives, however long each call takes.
    Answer once(String function, String... arguments) {
        often("beat", "0");
        byte[][] all = new byte[arguments.length + 3][];
        all[0] = me;
        all[1] = channel.number();
        all[2] = channel.nextCall();
        last = new String(all[2], StandardCharsets.UTF_8);
        for (int i = 0; i < arguments.length; i++) {
            all[i + 3] = Link.ascii(arguments[i]);
        }
        cutter.answersToLose.set(1);
        Answer answer = link.call(channel, ANY, function, all);
        lost += cutter.answersToLose.get() == 0 ? 1 : 0;
        return answer;
    }

    /// What may be asked twice, with no answer lost.
    Answer often(String function, String... arguments) {
        byte[][] all = new byte[arguments.length + 1][];
        all[0] = me;
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = Link.ascii(arguments[i]);
        }
        return link.call(channel, ANY, function, all);
    }

    String look(String function, String id) {
        return often(function, id).text();
    }
}
