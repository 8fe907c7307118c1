// The script of a plain page: nothing but what the kit's components need.
import { lookAgain } from "./kit/again";
import { offerCopies } from "./kit/copy";
import { enlargePictures } from "./kit/enlarge";
import { wakeKit } from "./kit/kit";
import { proposeZone } from "./kit/zone";
import { keepWords } from "./page/kept";

wakeKit();
offerCopies();
enlargePictures();
lookAgain();
proposeZone();
keepWords();
