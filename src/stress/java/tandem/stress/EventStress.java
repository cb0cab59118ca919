package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

import tandem.Event;

import java.time.Duration;

/// One thread awaits an event that another sets and clears at once.
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "heard")
@Outcome(expect = FORBIDDEN, desc = "missed")
@State
public class EventStress {
    private static final Event EVENT = new Event();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private volatile boolean heard;

    @Actor
    public void await(Z_Result result) {
        result.r1 = EVENT.await(LIMIT);
        heard = true;
    }

    @Actor
    public void ring() {
        do {
            EVENT.set();
            EVENT.clear();
        } while (!heard);
    }
}
