import static tandem.Tandem.*;

import tandem.*;

/// Four workers take tasks from one queue and put what comes of them into another, as in the
/// documentation of Python's `multiprocessing`. A task is code: the workers know nothing of it before.
/// They end when the queue is closed and empty.
///
/// `scripts/tandem examples/QueueWorkers.java`
void main() {
    var tasks = new Queue<Code.Function0<String>>();
    var results = new Queue<String>();
    for (int i = 1; i <= 4; i++) {
        named("worker " + i).spawn((t, r) -> work(t, r), tasks, results);
    }
    for (int i = 0; i < 20; i++) {
        int n = i;
        tasks.put(() -> "%d * 7 = %d".formatted(n, multiply(n, 7)));
    }
    for (int i = 0; i < 10; i++) {
        int n = i;
        tasks.put(() -> "%d + 8 = %d".formatted(n, n + 8));
    }
    tasks.close();
    for (int i = 0; i < 30; i++) {
        IO.println(results.take());
    }
}

static void work(Queue<Code.Function0<String>> tasks, Queue<String> results) throws Exception {
    for (var task : tasks) {
        results.put(current().name() + ": " + task.call());
    }
}

static int multiply(int a, int b) {
    sleep(0.05);
    return a * b;
}
