import type { WrittenRules } from '../label-rule.ts';

/**
 * AudioSet's names, as its evaluation set and the sets made from it (FSD50K, DESED, YAMNet's 521 classes) write them.
 * AudioSet labels whole clips of ten seconds with several labels each. A name that may or may not mean one of Earshot's
 * sounds is ignored.
 */
const ALARM_OR_NOT = { ignore: ['smoke_alarm', 'co_alarm', 'low_battery_chirp'] } as const;
const GLASS_OR_NOT = { ignore: ['glass_break'] } as const;
const DOOR_OR_NOT = { ignore: ['door'] } as const;
const DOG_OR_NOT = { ignore: ['dog_bark'] } as const;
const BABY_OR_NOT = { ignore: ['baby_cry'] } as const;
/**
 * Names of places, media and recordings. They are ignored for all labels, because such a recording may contain any
 * sound.
 */
const SCENES = `Inside, small room; Inside, large room or hall; Inside, public space; Outside, urban or manmade; Outside, rural or natural; Television; Radio; Domestic sounds, home sounds; Noise; Environmental noise; Field recording; Silence; Sound effect; Echo; Reverberation`;

const CONFUSERS = `
  Speech; Child speech, kid speaking; Conversation; Narration, monologue; Babbling; Speech synthesizer; Shout; Bellow;
  Whoop; Yell; Children shouting; Screaming; Whispering; Laughter; Baby laughter; Giggle; Snicker; Belly laugh; Chuckle,
  chortle; Sigh; Singing; Choir; Yodeling; Chant; Mantra; Child singing; Synthetic singing; Rapping; Humming; Groan;
  Grunt; Whistling; Breathing; Wheeze; Snoring; Gasp; Pant; Snort; Cough; Throat clearing; Sneeze; Sniff; Shuffle;
  Chewing, mastication; Biting; Gargling; Stomach rumble; Burping, eructation; Hiccup; Fart; Hands; Finger snapping;
  Clapping; Heart sounds, heartbeat; Heart murmur; Cheering; Applause; Chatter; Crowd; Hubbub, speech noise, speech
  babble; Children playing; Cat; Purr; Meow; Hiss; Caterwaul; Livestock, farm animals, working animals; Horse;
  Clip-clop; Neigh, whinny; Cattle, bovinae; Moo; Cowbell; Pig; Oink; Goat; Bleat; Sheep; Fowl; Chicken, rooster; Cluck;
  Crowing, cock-a-doodle-doo; Turkey; Gobble; Duck; Quack; Goose; Honk; Wild animals; Roaring cats (lions, tigers);
  Roar; Bird; Bird vocalization, bird call, bird song; Chirp, tweet; Squawk; Pigeon, dove; Coo; Crow; Caw; Owl; Hoot;
  Bird flight, flapping wings; Canidae, dogs, wolves; Rodents, rats, mice; Mouse; Patter; Insect; Cricket; Mosquito;
  Fly, housefly; Buzz; Bee, wasp, etc.; Frog; Croak; Snake; Rattle; Whale vocalization; Music; Musical instrument;
  Plucked string instrument; Guitar; Electric guitar; Bass guitar; Acoustic guitar; Steel guitar, slide guitar; Tapping
  (guitar technique); Strum; Banjo; Sitar; Mandolin; Zither; Ukulele; Keyboard (musical); Piano; Electric piano; Organ;
  Electronic organ; Hammond organ; Synthesizer; Sampler; Harpsichord; Percussion; Drum kit; Drum machine; Drum; Snare
  drum; Rimshot; Drum roll; Bass drum; Timpani; Tabla; Cymbal; Hi-hat; Wood block; Tambourine; Rattle (instrument);
  Maraca; Gong; Tubular bells; Mallet percussion; Marimba, xylophone; Glockenspiel; Vibraphone; Steelpan; Orchestra;
  Brass instrument; French horn; Trumpet; Trombone; Bowed string instrument; String section; Violin, fiddle; Pizzicato;
  Cello; Double bass; Wind instrument, woodwind instrument; Flute; Saxophone; Clarinet; Harp; Bell; Church bell; Jingle
  bell; Bicycle bell; Tuning fork; Chime; Wind chime; Change ringing (campanology); Harmonica; Accordion; Bagpipes;
  Didgeridoo; Shofar; Theremin; Singing bowl; Scratching (performance technique); Pop music; Hip hop music; Beatboxing;
  Rock music; Heavy metal; Punk rock; Grunge; Progressive rock; Rock and roll; Psychedelic rock; Rhythm and blues; Soul
  music; Reggae; Country; Swing music; Bluegrass; Funk; Folk music; Middle Eastern music; Jazz; Disco; Classical music;
  Opera; Electronic music; House music; Techno; Dubstep; Drum and bass; Electronica; Electronic dance music; Ambient
  music; Trance music; Music of Latin America; Salsa music; Flamenco; Blues; Music for children; New-age music; Vocal
  music; A capella; Music of Africa; Afrobeat; Christian music; Gospel music; Music of Asia; Carnatic music; Music of
  Bollywood; Ska; Traditional music; Independent music; Song; Background music; Theme music; Jingle (music); Soundtrack
  music; Lullaby; Video game music; Christmas music; Dance music; Wedding music; Happy music; Sad music; Tender music;
  Exciting music; Angry music; Scary music; Wind; Rustling leaves; Wind noise (microphone); Thunderstorm; Thunder;
  Water; Rain; Raindrop; Rain on surface; Stream; Waterfall; Ocean; Waves, surf; Steam; Gurgling; Fire; Crackle;
  Vehicle; Boat, Water vehicle; Sailboat, sailing ship; Rowboat, canoe, kayak; Motorboat, speedboat; Ship; Motor vehicle
  (road); Car; Vehicle horn, car horn, honking; Toot; Car alarm; Power windows, electric windows; Skidding; Tire squeal;
  Car passing by; Race car, auto racing; Truck; Air brake; Air horn, truck horn; Reversing beeps; Ice cream truck, ice
  cream van; Bus; Emergency vehicle; Police car (siren); Ambulance (siren); Fire engine, fire truck (siren); Motorcycle;
  Traffic noise, roadway noise; Rail transport; Train; Train whistle; Train horn; Railroad car, train wagon; Train
  wheels squealing; Subway, metro, underground; Aircraft; Aircraft engine; Jet engine; Propeller, airscrew; Helicopter;
  Fixed-wing aircraft, airplane; Bicycle; Skateboard; Engine; Light engine (high frequency); Dental drill, dentist's
  drill; Lawn mower; Chainsaw; Medium engine (mid frequency); Heavy engine (low frequency); Engine knocking; Engine
  starting; Idling; Accelerating, revving, vroom; Doorbell; Ding-dong; Knock; Tap; Squeak; Drawer open or close; Dishes,
  pots, and pans; Cutlery, silverware; Chopping (food); Frying (food); Microwave oven; Blender; Water tap, faucet; Sink
  (filling or washing); Bathtub (filling or washing); Hair dryer; Toilet flush; Toothbrush; Electric toothbrush; Vacuum
  cleaner; Zipper (clothing); Keys jangling; Coin (dropping); Scissors; Electric shaver, electric razor; Shuffling
  cards; Typing; Typewriter; Computer keyboard; Writing; Telephone; Telephone bell ringing; Ringtone; Telephone dialing,
  DTMF; Dial tone; Busy signal; Alarm clock; Siren; Civil defense siren; Foghorn; Whistle; Steam whistle; Mechanisms;
  Ratchet, pawl; Clock; Tick; Tick-tock; Gears; Pulleys; Sewing machine; Mechanical fan; Air conditioning; Cash
  register; Printer; Camera; Single-lens reflex camera; Tools; Hammer; Jackhammer; Sawing; Filing (rasp); Sanding; Power
  tool; Drill; Explosion; Gunshot, gunfire; Machine gun; Fusillade; Artillery fire; Cap gun; Fireworks; Firecracker;
  Burst, pop; Eruption; Boom; Wood; Chop; Splinter; Crack; Chink, clink; Liquid; Splash, splatter; Slosh; Squish; Drip;
  Pour; Trickle, dribble; Gush; Fill (with liquid); Spray; Pump (liquid); Stir; Boiling; Sonar; Arrow; Whoosh, swoosh,
  swish; Thump, thud; Thunk; Electronic tuner; Effects unit; Chorus effect; Basketball bounce; Bang; Slap, smack; Whack,
  thwack; Bouncing; Whip; Flap; Scratch; Scrape; Rub; Roll; Crushing; Crumpling, crinkling; Tearing; Ping; Ding; Clang;
  Squeal; Creak; Rustle; Whir; Clatter; Sizzle; Clicking; Clickety-clack; Rumble; Plop; Jingle, tinkle; Hum; Zing;
  Boing; Crunch; Sine wave; Harmonic; Chirp tone; Pulse; Static; Mains hum; Distortion; Sidetone; Cacophony; White
  noise; Pink noise; Throbbing; Vibration`;

const all = <T>(names: string, rule: T): Record<string, T> =>
  Object.fromEntries(names.split(';').map((name) => [name.trim().replaceAll(/\s+/g, ' '), rule]));

export const AUDIOSET_RULES: WrittenRules = {
  ...all(CONFUSERS, null),
  ...all(SCENES, { ignore: '*' as const }),
  'Smoke detector, smoke alarm': 'smoke_alarm',
  'Carbon monoxide detector': 'co_alarm',
  Shatter: 'glass_break',
  'Walk, footsteps': 'footsteps',
  Slam: 'door',
  Bark: 'dog_bark',
  'Bow-wow': 'dog_bark',
  'Baby cry, infant cry': 'baby_cry',
  // Ignored for alarms, because the name means both a building's horn and a home's detector.
  'Fire alarm': ALARM_OR_NOT,
  Alarm: ALARM_OR_NOT,
  Buzzer: ALARM_OR_NOT,
  'Beep, bleep': { ignore: ['low_battery_chirp'] },
  // Ignored for breaking glass, because the name means clinking glass as well as breaking glass.
  Glass: GLASS_OR_NOT,
  Breaking: GLASS_OR_NOT,
  'Smash, crash': GLASS_OR_NOT,
  Run: { ignore: ['footsteps'] },
  Door: DOOR_OR_NOT,
  'Sliding door': DOOR_OR_NOT,
  'Cupboard open or close': DOOR_OR_NOT,
  Dog: DOG_OR_NOT,
  Yip: DOG_OR_NOT,
  Howl: DOG_OR_NOT,
  Growling: DOG_OR_NOT,
  'Whimper (dog)': DOG_OR_NOT,
  'Domestic animals, pets': DOG_OR_NOT,
  Animal: DOG_OR_NOT,
  'Crying, sobbing': BABY_OR_NOT,
  'Wail, moan': BABY_OR_NOT,
  Whimper: BABY_OR_NOT,
};
