package tandem.view;

import tandem.step.Actor;
import tandem.step.Move;
import tandem.step.Play;

import java.util.ArrayList;
import java.util.List;

/// What the screen of a run shows that the run does not know.
final class StepState {
    private static final double FASTEST = 16;
    private static final double SLOWEST = 0.25;

    /// What was printed and the steps that were made, in the order in which they came.
    final List<Object> happened = new ArrayList<>();

    /// What comes next, when it was said before.
    List<Move> planned;

    boolean isPlaying;

    /// Steps in a second.
    double speed = 1;

    /// What is to be done with the worker whose number is typed next, null for its next step.
    Move.Kind ending;

    String message;

    StepState(List<Move> planned) {
        this.planned = planned;
    }

    void faster() {
        speed = Math.min(FASTEST, 2 * speed);
    }

    void slower() {
        speed = Math.max(SLOWEST, speed / 2);
    }

    /// What comes next when nobody says, null when nothing can.
    Move next(Play play) {
        if (!planned.isEmpty()) {
            return planned.getFirst();
        }
        Actor usual = play.usual();
        return usual == null ? null : Move.step(usual.number());
    }
}
