package tandem;

import tandem.travel.Job;
import tandem.travel.Parcel;

/// Code as it is packed for another process.
public final class Packed {
    private Packed() {}

    public static byte[] of(Code.Action0 code) {
        return Parcel.ofJob(ThisKit.INSTANCE, new Job(code, false)).toBytes();
    }
}
