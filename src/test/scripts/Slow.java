import static tandem.Tandem.*;

/// Waits for a worker that takes more than a second, prints a line, and takes a little longer.
void main() {
    named("slow")
            .spawn(
                    () -> {
                        sleep(1.5);
                        System.out.println("done");
                        sleep(0.7);
                    })
            .join();
    IO.println("over");
}
