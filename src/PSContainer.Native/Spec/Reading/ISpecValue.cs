namespace PSContainer.Spec.Reading;

/// <summary>A record that can be read from a JSON object, member by member.</summary>
/// <typeparam name="TSelf">The record.</typeparam>
internal interface ISpecValue<TSelf> where TSelf : class, ISpecValue<TSelf>
{
    /// <summary>Reads the object that the reader has come to, up to its end.</summary>
    /// <exception cref="InvalidSpecException">It is no object, or a member has another type than the record's.</exception>
    static abstract TSelf Read(ref SpecJsonReader json);
}
