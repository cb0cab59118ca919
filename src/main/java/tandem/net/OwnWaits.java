package tandem.net;

import tandem.memory.ObjectName;
import tandem.net.Link.Channel;
import tandem.session.Session;
import tandem.session.Waits;
import tandem.sync.Circle;
import tandem.sync.OuterCircles;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The waits of this process for what this machine alone has, as the server is told of them: for circles that go through
/// both.
final class OwnWaits implements OuterCircles {
    /*
     * Overview. The thread of the pulse tells, at each beat; a thread that waits for a lock of this machine does not
     * wait for the server's answer. All is sent by one channel, so that the server does not do what the network
     * brings later. A thread that waits no more is taken back at the next beat: until then the server has a wait
     * that is over. Whoever it was waiting for has let go by then, and is in no wait that began earlier. Only one that was
     * interrupted may be taken for a part of a circle for that long. (src/model/outer.pml lets a model
     * checker try.)
     */
    private static final byte[] YES = {'1'};
    private static final byte[] NO = {'0'};

    private final Member member;
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private Channel channel;

    OwnWaits(Member member) {
        this.member = member;
    }

    /// What another thread has. `thread` is 0 for the only one of its process.
    private record Holder(long pid, long thread, String what) {}

    private final class Wait implements Told {
        private final Session session;
        private final Waits.Target target;
        private final boolean isAlone;
        private final byte[] number = Link.digits(member.nextAttempt());
        private final byte[] thread = Link.digits(Thread.currentThread().threadId());
        private final byte[] threadName = ServedTurn.threadName();

        /// The server's clock when it last answered, before which nothing is known.
        private byte[] clock = NO;

        private boolean isTold;
        private volatile boolean isOver;
        private volatile List<Circle.Place> circle;

        Wait(Session session, Waits.Target target, boolean isAlone) {
            this.session = session;
            this.target = target;
            this.isAlone = isAlone;
        }

        @Override
        public List<Circle.Place> circle() {
            return circle;
        }

        @Override
        public void close() {
            isOver = true;
        }

        private void tell() {
            if (isOver) {
                takeBack();
                waits.remove(this);
                return;
            }
            Holder holder = holder();
            if (holder == null || circle != null) {
                return;
            }
            isTold = true;
            Answer answer =
                    member.once(
                            channel(),
                            "the look for circles",
                            "waits",
                            thread,
                            number,
                            isAlone ? YES : NO,
                            target.isProcess() ? NO : YES,
                            clock,
                            Link.digits(holder.pid),
                            Link.digits(holder.thread),
                            ServedTurn.shortened(holder.what),
                            threadName);
            if (answer.is(Answer.CIRCLE)) {
                circle = answer.text().lines().map(ServedTurn::place).toList();
            } else if (answer.is(Answer.DONE)) {
                clock = Link.ascii(answer.text());
            }
        }

        private void takeBack() {
            if (isTold) {
                member.once(channel(), "the look for circles", "goeson", thread, number);
            }
        }

        /// Null when nobody has it now, or the object is gone.
        private Holder holder() {
            if (target.isProcess()) {
                String name = session.roster().describe(target.number());
                return new Holder(session.roster().pid(target.number()), 0, name);
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment page = session.openPage(target.fileName(), arena);
                long owner = target.kind().holder(page);
                if (owner == 0) {
                    return null;
                }
                long pid = session.roster().pid(Waits.holder(owner));
                return new Holder(
                        pid, Waits.thread(owner), ObjectName.read(page, target.fileName()));
            } catch (IOException e) {
                return null;
            }
        }
    }

    @Override
    public Told tell(Session session, Waits.Target target, boolean isAlone) {
        Wait wait = new Wait(session, target, isAlone);
        waits.add(wait);
        member.hurry();
        return wait;
    }

    /// Called by the pulse.
    void tellAll() {
        waits.forEach(Wait::tell);
    }

    private Channel channel() {
        if (channel == null) {
            channel = member.takeChannel();
        }
        return channel;
    }
}
