package tandem;

import tandem.travel.Job;
import tandem.travel.Kit;

import java.io.Serializable;

/// What the processes below know of this package. (No lambdas: it is in the way of a worker's start.)
final class ThisKit implements Kit {
    static final ThisKit INSTANCE = new ThisKit();

    private ThisKit() {}

    @Override
    public Class<?> main() {
        return WorkerMain.class;
    }

    @Override
    public String nameOf(Object object) {
        return object instanceof Shared shared ? shared.depart() : null;
    }

    @Override
    public Object attach(String name) {
        return Shared.arrive(name);
    }

    @Override
    public Job job(Serializable code, boolean isCall) {
        return new Task(code, isCall);
    }
}
