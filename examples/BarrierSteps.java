import static tandem.Tandem.*;

import tandem.*;

/// Three workers share a row of numbers, each of them a third of it. In each step every number becomes the
/// mean of its neighbours: so nobody may write before all have read, and nobody read before all have
/// written. Then one of them is killed, and the barrier breaks instead of holding up the others.
///
/// `scripts/tandem examples/BarrierSteps.java`
void main() {
    var row = Array.of("d", List.of(0, 0, 0, 0, 8, 8, 0, 0, 0, 0, 0, 0), false);
    var barrier = new Barrier(3);
    var workers =
            IntStream.range(0, 3)
                    .mapToObj(
                            i -> named("third " + (i + 1)).spawn(() -> steps(row, 4 * i, barrier)))
                    .toList();
    joinAll(workers);
    IO.println(row);

    var again = new Barrier(3);
    var waiting = IntStream.range(0, 2).mapToObj(_ -> call(() -> meet(again))).toList();
    while (again.waiting() < 2) {
        sleep(0.01);
    }
    waiting.getFirst().kill();
    IO.println(waiting.getLast().result());
}

void steps(Array row, int from, Barrier barrier) {
    for (int step = 1; step <= 4; step++) {
        double[] means = new double[4];
        for (int i = 0; i < 4; i++) {
            int at = from + i;
            means[i] =
                    (row.getDouble(Math.max(0, at - 1)) + row.getDouble(Math.min(11, at + 1))) / 2;
        }
        int came = barrier.await();
        row.setSlice(from, from + 4, means);
        barrier.await();
        if (came == 0) {
            IO.println("step %d: %s".formatted(step, row));
        }
        barrier.await();
    }
}

String meet(Barrier barrier) {
    try {
        return "number " + barrier.await();
    } catch (BrokenBarrierException e) {
        return e.getMessage();
    }
}
